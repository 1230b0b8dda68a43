"""Five stories through the real service, two schemes in one worker: what `make demo` shows.

`bridge_stories` and `pool_story` say what is sent and what must come of it; `bridge_loan` and `pool_loan` write the
messages, by `post`; `stage` starts broker, database and service and sends; `show` runs it all and holds it against the
stories; `funds` works a pool's money out; `screen` shows it.
"""
