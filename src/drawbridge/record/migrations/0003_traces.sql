-- W3C's traceparent of the message that a row belongs to: carried on to what is published of it. It is no part of the
-- journal's bytes; rows written before, and what timers caused by themselves, have none.
ALTER TABLE messages ADD COLUMN traceparent text;
ALTER TABLE events ADD COLUMN traceparent text;
