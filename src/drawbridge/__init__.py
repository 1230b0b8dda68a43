"""A city's loan scheme, decided by its law: the journey of a message.

1. A bank puts a message on its topic (`bank`: envelope, one model a message).
2. Intake reads the bytes once and forwards them as a fact, keyed by scheme (`gateway.intake`).
3. The desk, a scheme's one writer, takes facts in order (`gateway.desk`).
4. The core fires the timers due by then, checks, and decides (`law`: pure, by article).
5. Events, receipt and input offset go into the journal in one transaction (`record`).
6. The relay publishes the journal in its order: receipts, events, the credit feed (`relay`).
7. What somebody should look at is raised as an alert, and cleared when it is over (`watch`).
8. `replay` gives the same answers from a file, with nothing running.
9. `explain`, `verify`, `lawmap` show why, and that nothing was changed since.
10. Real parts meet in `wiring` and `service` only; `cli` is the door.
"""
