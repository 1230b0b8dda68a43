"""What it costs to verify a message's signature, by algorithm, in this process; the messages are a city's own."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from load import Line
from runs import Spent

from drawbridge.signing.jws import sign, verify
from drawbridge.signing.keys import read_key_set, read_private_key
from drawbridge.signing.verdict import Signed

_VECTORS = Path(__file__).resolve().parents[2] / "schemas" / "signing" / "vectors.json"
_AT = datetime.fromisoformat("2014-01-06T09:00:00+08:00")
_MESSAGES = 500
_RUNS = 3


def verified(lines: Sequence[Line]) -> dict[str, Spent]:
    """Return what verifying costs, by algorithm; of some runs the least."""
    vectors = json.loads(_VECTORS.read_text(encoding="utf-8"))
    keys = read_key_set(vectors["jwks"])
    found: dict[str, Spent] = {}
    for jwk in vectors["private_keys"]:
        key = read_private_key(jwk)
        signed = [(sign(line.value, key, _AT).encode(), line.value) for line in lines[:_MESSAGES]]
        runs = []
        for _ in range(_RUNS):
            began, began_cpu = time.monotonic(), time.process_time()
            verdicts = [verify(jws, value, keys, _AT) for jws, value in signed]
            runs.append(Spent(len(signed), time.monotonic() - began, time.process_time() - began_cpu))
            assert all(isinstance(verdict, Signed) for verdict in verdicts)
        found[f"verify a signature: {jwk['alg']}"] = min(runs, key=lambda one: one.cpu_s)
    return found
