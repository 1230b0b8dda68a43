"""Keys, instants and messages that the tests of signatures share; the keys are published examples."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from drawbridge.signing import base64url
from drawbridge.signing.keys import KeySet, read_key_set, read_private_key

ROOT = Path(__file__).resolve().parents[2]
VECTORS: dict[str, Any] = json.loads((ROOT / "schemas" / "signing" / "vectors.json").read_text(encoding="utf-8"))
AT = datetime.fromisoformat("2014-01-06T09:00:00+08:00")
PAYLOAD = '{"data": {"name": "镇江"}, "amount_fen":1}'.encode()

ED_JWK, SM2_JWK = VECTORS["private_keys"]
ED, SM2 = read_private_key(ED_JWK), read_private_key(SM2_JWK)
BOTH = [ED, SM2]
KEYS = read_key_set(VECTORS["jwks"])


def public(jwk: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The public half of a private JWK, some members changed; None takes a member out."""
    found = {name: value for name, value in jwk.items() if name != "d"} | changed
    return {name: value for name, value in found.items() if value is not None}


def a_set(*jwks: dict[str, Any]) -> KeySet:
    """A key set of these keys."""
    return read_key_set({"keys": list(jwks)})


def header(**members: Any) -> str:
    """A protected header's text, of the right form but for the members that are given; None takes one out."""
    whole = {"alg": "EdDSA", "kid": "rfc8037-a1", "b64": False, "crit": ["b64"]} | members
    return base64url.encode(json.dumps({name: value for name, value in whole.items() if value is not None}).encode())
