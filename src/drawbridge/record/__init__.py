"""What is written down: the journal in PostgreSQL.

`migrate.py` brings the tables to this version; `rows.py` says what a batch of the desk writes; `journal.py` writes it,
with the input offset and fenced by the writer's epoch, in one transaction; `owed.py` reads what the relay owes to the
world; `export.py` reads it all back as NDJSON. `months.py` knows the tables of each month, `archive.py` puts old ones
into files; `saved.py` holds snapshots of the state, and `rebuild.py` shows that they are what the events say.
"""
