"""The city's banks: their enrolments and deposits, with which every journal begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from drawbridge.signing import base64url
from drawbridge.simulate.people import FEN_PER_WAN_YUAN, person, phone


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank of the city."""

    code: str
    name: str
    share: float
    """Its share of the loans in its role."""


SCHEME = "zhenjiang-2013"
OPERATOR = "urn:operator:zhenjiang-finance-bureau"
MAIN_BANKS = (Bank("313314000017", "江苏银行镇江分行", 0.55), Bank("402314000025", "镇江农村商业银行", 0.45))
ORIGINAL_BANKS = (
    Bank("102314000033", "中国工商银行镇江分行", 0.2),
    Bank("105314000041", "中国建设银行镇江分行", 0.18),
    Bank("104314000058", "中国银行镇江分行", 0.15),
    Bank("103314000066", "中国农业银行镇江分行", 0.15),
    Bank("301314000074", "交通银行镇江分行", 0.1),
    Bank("308314000082", "招商银行镇江分行", 0.08),
    Bank("310314000090", "上海浦东发展银行镇江分行", 0.07),
    Bank("302314000106", "中信银行镇江分行", 0.07),
)
#: what the city holds at each original bank, in fen: enough for most penalties, not for all
_FISCAL_FEN = 20_000 * FEN_PER_WAN_YUAN
#: a main bank's special fund is never below this, so that the largest loan fits
_LEAST_FUND_FEN = 500 * FEN_PER_WAN_YUAN


def special_fund_fen(expected_reserved_fen: float, bank: Bank) -> int:
    """Size a main bank's special fund: matched 1:1 (ZJ-3), it carries what is expected, not the busiest weeks."""
    fund = round(expected_reserved_fen * bank.share / 2 / FEN_PER_WAN_YUAN) * FEN_PER_WAN_YUAN
    return max(_LEAST_FUND_FEN, fund)


def enrolment(bank: Bank, since: datetime, dice: Random) -> dict[str, Any]:
    """Return the data of a bank's public letter (annex 5)."""
    fingerprint = sha256(f"seal of {bank.code}".encode()).digest()
    key = base64url.encode(dice.randbytes(32))
    return {
        "name": bank.name,
        "roles": ["main", "original"] if bank is MAIN_BANKS[0] else ["main"] if bank in MAIN_BANKS else ["original"],
        "letter_no": f"函-{bank.code[:6]}",
        "department": "小企业信贷服务中心",
        "handlers": [{"name": person(dice), "phone": phone(dice)}],
        "seal_digest": fingerprint.hex(),
        "keys": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": key, "kid": f"{bank.code}-1"}]},
        "since": since.date().isoformat(),
    }


#: what an operator says: type, subject, time, data
Saying = tuple[str, str, datetime, dict[str, Any]]


def prelude(opens_at: datetime, funds_fen: dict[str, int], dice: Random) -> list[Saying]:
    """Return the operator's first messages, a few seconds apart."""
    told: list[Saying] = []
    at = opens_at
    for bank in (*MAIN_BANKS, *ORIGINAL_BANKS):
        told.append(("operator.bank.enrolment.v1", f"bank/{bank.code}", at, enrolment(bank, opens_at, dice)))
        at += timedelta(seconds=7)
    day = opens_at.date().isoformat()
    for bank in MAIN_BANKS:
        data = {"kind": "special-fund", "amount_fen": funds_fen[bank.code], "on": day}
        told.append(("operator.deposit.placement.v1", f"bank/{bank.code}", at, data))
        at += timedelta(seconds=7)
    for bank in ORIGINAL_BANKS:
        data = {"kind": "fiscal", "amount_fen": _FISCAL_FEN, "on": day}
        told.append(("operator.deposit.placement.v1", f"bank/{bank.code}", at, data))
        at += timedelta(seconds=7)
    return told
