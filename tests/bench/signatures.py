"""What it costs to verify a message's signature, by algorithm, in this process; the messages are a city's own."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from load import Line
from runs import Spent, least_of

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
        for _ in range(_RUNS):
            with least_of(found, f"verify a signature: {jwk['alg']}", len(signed)):
                verdicts = [verify(jws, value, keys, _AT) for jws, value in signed]
            assert all(isinstance(verdict, Signed) for verdict in verdicts)
    return found
