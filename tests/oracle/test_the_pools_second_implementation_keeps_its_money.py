"""The oracle of the assisted loan on random histories, held to what must be true of any answer, by its events alone."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from .histories import ending
from .pool_histories import history
from .replay import replay

SEEDS = pytest.mark.parametrize("seed", range(10))
PAID = ("pool.repaid.v1", "pool.compensation.paid.v1")
Events = list[dict[str, Any]]


@cache
def told(seed: int) -> tuple[dict[str, Any], ...]:
    """What the oracle says to a history."""
    lines = history(seed, 240)
    return tuple(replay(lines, "qianjiang-2015", ending(seed, lines)))


def of_type(seed: int, *types: str) -> Events:
    """The data of the events of some types, in order."""
    return [line["data"] for line in told(seed) if line["type"] in types]


@SEEDS
def test_each_fund_holds_what_came_in_less_what_went_out(seed: int) -> None:
    """Every balance that an event states is the sum of the movements before it; no instruction overdraws it."""
    funds = Counter[str]()
    for line in told(seed):
        data = line.get("data", {})
        match line["type"]:
            case "pool.contribution.received.v1":
                funds["contributions"] += data["amount_fen"]
                assert data["pool_balance_fen"] == funds["contributions"]
            case "pool.risk_fund.placed.v1":
                funds["risk-fund"] += data["amount_fen"]
                assert data["risk_fund_balance_fen"] == funds["risk-fund"]
            case "pool.compensation.paid.v1":
                funds["contributions" if data["stage"] == "contribution" else "risk-fund"] -= data["amount_fen"]
            case "pool.recovery.allocated.v1":
                funds["contributions"] += data["to_contributions_fen"]
                funds["risk-fund"] += data["to_risk_fund_fen"]
            case "pool.compensation.instructed.v1":
                assert 0 <= data["amount_fen"] <= data["available_fen"] <= max(0, funds[data["from"]])
            case "pool.refunded.v1":
                assert data["balance_fen"] == max(0, funds["contributions"])
                funds["contributions"] -= data["balance_fen"]


@SEEDS
def test_the_parts_of_a_payment_add_up(seed: int) -> None:
    """Interest, principal and excess are the payment; a recovery's parts are its net sum; the halves the shortfall."""
    for data in of_type(seed, *PAID):
        assert data["interest_fen"] + data["principal_fen"] + data["excess_fen"] == data["amount_fen"]
    for data in of_type(seed, "pool.recovery.allocated.v1"):
        parts = [data[f"to_{whom}_fen"] for whom in ("lender", "risk_fund", "contributions")] + [data["excess_fen"]]
        assert sum(parts) == data["net_fen"]
        assert min(parts) >= 0
    for data in of_type(seed, "pool.shortfall.shared.v1"):
        assert data["government_fen"] + data["lender_fen"] == data["shortfall_fen"]
        assert data["lender_fen"] - data["government_fen"] in (0, 1)


@SEEDS
def test_a_refund_adds_up_to_the_fen(seed: int) -> None:
    """Each share is the contributor's part, rounded to one of its two neighbours, and together they are the balance."""
    for data in of_type(seed, "pool.refunded.v1"):
        shares, whole = data["shares"], sum(share["contributed_fen"] for share in data["shares"])
        assert sum(share["refund_fen"] for share in shares) == data["balance_fen"]
        for share in shares:
            assert abs(share["refund_fen"] * whole - data["balance_fen"] * share["contributed_fen"]) < whole


@SEEDS
def test_no_stage_of_a_claim_is_instructed_twice(seed: int) -> None:
    """A loan has one instruction a stage, of no more than its claim; a pool is refunded once."""
    instructed = [line for line in told(seed) if line["type"] == "pool.compensation.instructed.v1"]
    assert len({(line["subject"], line["data"]["stage"]) for line in instructed}) == len(instructed)
    for line in instructed:
        if line["data"]["stage"] == "contribution":
            data = line["data"]
            assert data["amount_fen"] <= data["outstanding_principal_fen"] + data["outstanding_interest_fen"]
    assert len(of_type(seed, "pool.refunded.v1")) <= 1


@SEEDS
def test_what_came_back_never_exceeds_what_the_pool_paid(seed: int) -> None:
    """Neither fund gets more from a loan than it paid for it, at any event."""
    paid, back = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line in told(seed):
        if line["type"] == "pool.compensation.paid.v1":
            paid[line["subject"], line["data"]["stage"]] += line["data"]["amount_fen"]
        elif line["type"] == "pool.recovery.allocated.v1":
            back[line["subject"], "risk-fund"] += line["data"]["to_risk_fund_fen"]
            back[line["subject"], "contribution"] += line["data"]["to_contributions_fen"]
        assert all(back[key] <= paid[key] for key in back)


@SEEDS
def test_each_line_of_a_history_is_answered_once(seed: int) -> None:
    """A line has one receipt, or is a dead letter; the journal is gap-free, and what is rescinded was told once."""
    lines = told(seed)
    answers = [line for line in lines if line["type"].startswith(("receipt.", "dead_letter."))]
    assert len(answers) == len(history(seed, 240))
    assert [line["sequence"] for line in lines if "sequence" in line] == list(range(1, len(lines) - len(answers) + 1))
    journal = [(line["type"], line["subject"]) for line in lines if "sequence" in line]
    undone = Counter(key for key in journal if ".rescinded" in key[0])
    concluded = Counter(journal)
    assert all(number <= concluded[type_.replace(".rescinded", ""), on] for (type_, on), number in undone.items())
