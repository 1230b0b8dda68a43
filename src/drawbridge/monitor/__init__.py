"""What an operator sees of a running worker: its lags, whether it is ready and why not, and the port that tells it.

`lookout.py` looks at broker, database and rooms every few seconds; `stages.py` makes of it what waits for too long;
`port.py` answers `/healthz`, `/readyz` and `/metrics`. Nothing here decides anything: without it the service runs the
same.
"""
