"""What we owe the world: the journal, published in its order.

`channels.py` says which topics an event goes to and what each reader gets to see; `records.py` makes the records of a
journal row; `publisher.py` publishes a partition of the journal, batch by batch, exactly once, over sessions
(`session.py`: what it asks of a broker; `kafka.py`: how a broker does it; `producer.py`: one producer's life).
`cursor.py` is how far it has come, `behind.py` what a torn transaction left behind that, `room.py` who runs where.
"""
