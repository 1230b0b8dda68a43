"""Four stories through the real service: what `make demo` shows.

`stories` says what the banks send and what must come of it; `sender` writes their messages; `stage` starts broker,
database and service and sends; `screen` shows it.
"""
