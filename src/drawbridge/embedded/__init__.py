"""Servers for a machine where nothing is installed but Python: PostgreSQL and a Kafka-compatible broker from wheels.

They run in a folder, on free loopback ports, and end with the process that started them, even when that one is killed:
each is held by a small leash process (`leash.py`) that notices when its starter is gone.

The PostgreSQL server is a real one (fsync on). The broker is for looking around: it keeps everything in memory and
knows neither transactions nor idempotent producers; the service says so when it meets it.
"""
