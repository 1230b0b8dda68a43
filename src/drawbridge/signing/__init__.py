"""Who signed these bytes: a detached JWS over them, the keys that may be used, and what is signed in binary mode.

Pure: bytes, keys and an instant go in, a verdict comes out (`verdict.py`). A message is never read here, and never
written again: what is signed are the bytes as they were received (`jws.py`), or, where the attributes of a message
stand in headers, one string that holds them and the data (`binary_mode.py`). The algorithms are a closed list
(`algorithms.py`), and a key is for one of them (`keys.py`). Key files are read in `drawbridge.keyring`.
"""
