"""Capacity and queue of a main bank, and an enterprise's cap (ZJ-3, ZJ-6, ZJ-9, ZJ-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .money import disbursed, position

if TYPE_CHECKING:
    from datetime import datetime

    from .world import Case, Cause, World

CAP_FEN = 500_000_000


def org_code(enterprise: dict[str, str]) -> str:
    """The organisation code by which an enterprise is the same."""
    return enterprise["uscc"][8:17] if "uscc" in enterprise else enterprise["org_code"]


def counts(case: Case) -> int:
    """What a case reserves, and counts against the enterprise's cap."""
    if case.closed or not case.all("application"):
        return 0
    if disbursed(case):
        return position(case).principal
    if contract := case.last("contract"):
        return int(contract.data["principal_fen"])
    if review := case.last("review"):
        return int(review.data["approved_amount_fen"])
    return int(case.the("application").data["amount_fen"])


def capacity(world: World, main: str) -> int:
    """What is left of the special fund and its match."""
    taken = sum(counts(case) for case in world.cases.values() if case.main == main and case.reserved)
    return 2 * world.banks[main].deposits["special-fund"] - taken


def nurtured(case: Case) -> bool:
    """Whether the enterprise is in the city's nursery."""
    return bool(case.the("application").data["enterprise"]["nurtured"])


def place(case: Case) -> tuple[bool, datetime, int]:
    """A case's place in the order: nurtured first, then time, then sequence."""
    application = case.the("application")
    return not nurtured(case), application.time, application.order


def queue(world: World, main: str) -> list[Case]:
    """The cases that wait for capacity at a main bank, in order."""
    waiting = [case for case in world.cases.values() if case.main == main and case.all("application")]
    return sorted((case for case in waiting if not case.reserved and not case.closed), key=place)


def reserve(world: World, cause: Cause, case: Case) -> None:
    """Reserves what a case counts, and tells it."""
    case.reserved = True
    data = {"main_bank": case.main, "amount_fen": counts(case), "capacity_fen": capacity(world, case.main)}
    world.tell(cause, "bridge.capacity.reserved.v1", case.subject, data)


def drain(world: World, cause: Cause, main: str) -> None:
    """Reserves for the head of the queue as long as it fits."""
    while (waiting := queue(world, main)) and counts(waiting[0]) <= capacity(world, main):
        reserve(world, cause, waiting[0])


def overtaken(world: World, case: Case) -> list[str]:
    """The earlier applications at the same main bank that should have been reviewed before."""
    mine = case.the("application")
    others = [one for one in world.cases.values() if one.main == case.main and one.all("application")]
    waiting = [one for one in others if one is not case and not one.all("review") and not one.closed]
    fair = [one for one in waiting if nurtured(one) or nurtured(one) == nurtured(case)]
    early = [one.the("application") for one in fair]
    pairs = sorted((fact.time, fact.order, one.subject) for fact, one in zip(early, fair, strict=True))
    return [subject for time, order, subject in pairs if (time, order) < (mine.time, mine.order)]
