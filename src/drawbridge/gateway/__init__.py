"""Where a bank's message is received and decided.

In a message's order: `app.py` (the Faust app), `intake.py` (what came on a sender's topic is checked and forwarded as
a fact), `binary.py` (CloudEvents' binary mode), `facts.py` (the records between intake and desk), `desk.py` (one
partition's writer: decides and appends), `assignment.py` (which partitions are this worker's), `clock.py` (time that
passes when nothing arrives).
"""
