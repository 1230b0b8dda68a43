"""The well-formed data of each of the assisted loan's messages, before anything goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .papers import enrolment
from .pool_figures import Figure
from .pool_shapes import CONDITIONS, INQUIRIES
from .shapes import check_character

if TYPE_CHECKING:
    import random
    from datetime import date

LENDERS = ("105653000018", "102653000027", "103653000036")
NO_LENDER = "402653000045"
AGENCY, OTHER_AGENCY = "urn:agency:qianjiang-assisted-loan-office", "urn:agency:qianjiang-finance-bureau"
OPERATOR = "urn:operator:qianjiang-finance-bureau"
ROLES = {
    "105653000018": ["lender"],
    "102653000027": ["main", "original", "lender"],
    "103653000036": ["lender", "original"],
    NO_LENDER: ["main", "original"],
}

__all__ = ["enrolment"]


def codes(number: int) -> tuple[dict[str, str], dict[str, str]]:
    """An enterprise's two codes: the new one, and the organisation code that is a part of it."""
    org = f"MA5U{number:05d}"
    first = f"91500114{org}"
    return {"uscc": first + check_character(first)}, {"org_code": org}


def admission(rng: random.Random, number: int, code: dict[str, str], applied_on: date) -> dict[str, Any]:
    """An application to the pool, with the inquiries' answers."""
    return {
        "name": f"黔江第{number}机械有限公司",
        **code,
        "applied_on": applied_on.isoformat(),
        "inquiries": dict.fromkeys(INQUIRIES, "clear"),
        "conditions": rng.sample(CONDITIONS, len(CONDITIONS)),
    }


def placement(lender: str, year: int, amount: int, expected: int) -> dict[str, Any]:
    """The government's money for the risk fund."""
    return {"amount_fen": amount, "lender": lender, "year": year, "expected_lending_fen": expected}


def contract(  # noqa: PLR0913, PLR0917 - a contract has that many lines
    number: str, principal: int, signed: date, lines: list[tuple[date, int]], rate: str, collateral: int
) -> dict[str, Any]:
    """The loan's contract with its schedule."""
    return {
        "contract_no": f"HT-{number}",
        "principal_fen": principal,
        "signed_on": signed.isoformat(),
        "matures_on": lines[-1][0].isoformat(),
        "annual_rate": rate,
        "comparable_rate": "0.0700",
        "collateral_value_fen": collateral,
        "guarantee_contract_no": f"DB-{number}",
        "schedule": [{"due_on": day.isoformat(), "principal_fen": part} for day, part in lines],
    }


def claim(number: str, stage: str, plus: int = 0) -> dict[str, Any]:
    """A claim whose figures are the gateway's, but for what is added."""
    data: dict[str, Any] = {
        "letter_no": f"函-{number}",
        "stage": stage,
        "outstanding_principal_fen": Figure("principal", plus=plus, least=0),
        "outstanding_interest_fen": Figure("interest", least=0),
    }
    return data | ({"joint_finding_ref": f"认定-{number}"} if stage == "contribution" else {})


def finding(rng: random.Random, number: str) -> dict[str, Any]:
    """A finding of evasion; the same persons may be named again."""
    persons = [
        {"name": "周强", "role": "法定代表人", "identity_digest": "a1" * 32},
        {"name": "吴静", "role": "实际控制人", "identity_digest": "b2" * 32},
        {"name": "郑勇", "role": "股东", "identity_digest": "c3" * 32},
    ]
    return {"evidence_ref": f"证据-{number}", "persons": rng.sample(persons, rng.randint(0, 3))}
