"""What we owe the world: the journal, published in its order.

`channels.py` says which topics an event goes to and what each reader gets to see; `records.py` makes the records of a
journal row; `publisher.py` publishes a partition of the journal, batch by batch, and remembers how far it has come.
"""
