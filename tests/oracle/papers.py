"""The well-formed data of each kind of message, before anything goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .shapes import MATERIALS, check_character

if TYPE_CHECKING:
    import random
    from datetime import date

MAINS = ("402314000025", "313314000017")
ORIGINALS = ("102314000033", "105314000041", "104314000058", "313314000017")
BRANCHES = {"102314000033": ["102314000999"], "402314000025": ["402314000777"]}
DISTRICTS = ("京口区", "润州区", "丹徒区", "镇江新区")


def enterprise(number: int, *, old_code: bool) -> dict[str, str]:
    """An enterprise with a valid code."""
    org = f"MA1W{number:05d}"
    first = f"91321100{org}"
    codes = {"org_code": org} if old_code else {"uscc": first + check_character(first)}
    return {"name": f"镇江第{number}机械有限公司", **codes}


def account(bank: str, number: str) -> dict[str, str]:
    """An account at a bank."""
    return {"name": "待核销贷款户", "number": number, "bank_code": bank}


def payee(bank: str) -> dict[str, str]:
    """B's account for the bridge money."""
    return account(BRANCHES.get(bank, [bank])[0], f"11010400{bank}")


def collection(bank: str) -> dict[str, str]:
    """M's account for the way back."""
    return account(bank, f"3210{bank}")


def enrolment(bank: str, roles: list[str], since: str) -> dict[str, Any]:
    """Annex 5."""
    data: dict[str, Any] = {
        "name": f"银行{bank[-4:]}",
        "roles": roles,
        "letter_no": f"函-{bank}",
        "department": "小企业信贷服务中心",
        "handlers": [{"name": "王敏", "phone": "13905281234"}],
        "seal_digest": "0" * 64,
        "keys": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]},
        "since": since,
    }
    if bank in BRANCHES:
        data["branches"] = BRANCHES[bank]
    return data


def notice(  # noqa: PLR0913, PLR0917 - annex 3 has that many lines
    number: str, main: str, original: str, who: dict[str, str], principal: int, days: dict[str, date], renewal: int
) -> dict[str, Any]:
    """Annex 3."""
    return {
        "notice_no": number,
        "main_bank": main,
        "enterprise": who,
        "original_loan": {
            "contract_no": f"LOAN-{number}",
            "principal_fen": principal,
            "matures_on": days["matures"].isoformat(),
        },
        "mortgage_registered": True,
        "formalities_completed_on": days["formalities"].isoformat(),
        "renewal": {"amount_fen": renewal, "promised_on": days["promised"].isoformat()},
        "payee_account": payee(original),
        "collection_account": collection(main),
        "handler": {"department": "公司业务部", "name": "李强", "phone": "13805281234"},
    }


def application(rng: random.Random, who: dict[str, str], amount: int, *, nurtured: bool) -> dict[str, Any]:
    """Annex 2 with its materials."""
    return {
        "enterprise": {
            **who,
            "industry": "C34 通用设备制造业",
            "established_on": "2010-05-01",
            "district": rng.choice(DISTRICTS),
            "size": rng.choice(("micro", "small", "sole-proprietor")),
            "nurtured": nurtured,
        },
        "amount_fen": amount,
        "materials": rng.sample(MATERIALS, len(MATERIALS)),
    }


def contract(number: str, principal: int, term: int, rate: str) -> dict[str, Any]:
    """The bridge loan's contract."""
    return {
        "contract_no": f"ZZ-{number}",
        "principal_fen": principal,
        "term_working_days": term,
        "annual_rate": rate,
        "guarantors": [{"name": "张伟", "relation": "owner"}, {"name": "刘芳", "relation": "spouse"}],
        "entrustment_letter_no": "W-1",
    }
