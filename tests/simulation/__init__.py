"""The service in one process: real desk, relay, intake and clock on twins of broker and database, seed by seed.

`python -m tests.simulation.run --seed N` runs one history and prints its interleaving.
"""
