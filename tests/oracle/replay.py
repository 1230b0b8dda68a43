"""The whole of a replay: each line in order of receipt, checked and answered as the contract says."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from .deciding import Bridge
from .envelope import KNOWN, MalformedError, Message, instant, read, written
from .journal import Cause, Journal, RejectError
from .pool_deciding import AssistedLoan
from .shapes import Forms, wrong_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AHEAD = timedelta(minutes=5)


class Rules(Protocol):
    """One scheme: the forms of its messages, and its rules on what it remembers."""

    @property
    def world(self) -> Journal:
        """What the scheme's writer knows."""

    @property
    def forms(self) -> Forms:
        """The form of each message."""

    @property
    def articles(self) -> dict[str, str]:
        """The article that a refusal's code names."""

    def outside(self, time: datetime) -> bool:
        """Whether an instant is outside the profile's dates in force."""

    def decide(self, cause: Cause, message: Message) -> None:
        """Applies a message of a good form, or refuses it."""

    def fire_due(self, until: datetime) -> None:
        """Fires every timer due by an instant."""


SCHEMES: dict[str, Callable[[], Rules]] = {"zhenjiang-2013": Bridge, "qianjiang-2015": AssistedLoan}


def check_form(forms: Forms, message: Message, recorded: datetime) -> None:
    """Checks 6 to 8: type, form, time, role.

    Raises:
        RejectError: the first that fails.
    """
    if message.type not in forms.shapes:
        raise RejectError("unknown-type")
    wrong = wrong_field(forms, message.attributes, KNOWN, message.time)
    if wrong is not None:
        raise RejectError("schema-violation", wrong)
    if message.time > recorded + AHEAD:
        raise RejectError("time-in-future")
    if message.type.split(".")[0] != message.role:
        raise RejectError("sender-not-party")


def receipt(world: Journal, message: Message, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The receipt of a message."""
    return {
        "id": f"{message.source}#{message.id}",
        "source": f"urn:drawbridge:{world.scheme}",
        "type": f"receipt.{kind}.v1",
        "subject": message.attributes.get("subject"),
        "time": written(max(message.recorded, world.clock or message.recorded)),
        "data": {"message_id": message.id, **data},
    }


def refusal(rules: Rules, refused: RejectError) -> dict[str, Any]:
    """What a receipt says of a refusal."""
    data = {"code": refused.code, **refused.more} | ({"field": refused.field} if refused.field else {})
    if refused.code in rules.articles:
        data["basis"] = rules.articles[refused.code]
    return data


def answer(rules: Rules, message: Message) -> None:
    """Fires the timers due, then answers one message."""
    world = rules.world
    if message.scheme != world.scheme:
        world.out.append(receipt(world, message, "rejected", {"code": "unknown-scheme"}))
        return
    recorded = max(message.recorded, world.clock or message.recorded)
    world.clock = recorded
    rules.fire_due(recorded)
    key = message.source, message.id
    if key in world.answered:
        same, told = world.answered[key]
        altered = receipt(world, message, "rejected", {"code": "message-altered"})
        world.out.append(told if same == message.same else altered)
        return
    cause = Cause(f"{message.source}#{message.id}", message.time, recorded, rules.outside(message.time), {})
    if isinstance(message.attributes.get("data"), dict):
        cause.fields = dict(message.data)
    try:
        check_form(rules.forms, message, world.now)
        rules.decide(cause, message)
        told = receipt(world, message, "accepted", {"events": cause.types})
    except RejectError as refused:
        told = receipt(world, message, "rejected", refusal(rules, refused))
    world.answered[key] = message.same, told
    world.out.append(told)


def take(rules: Rules, line: str | bytes) -> None:
    """Answers one line, or puts it with the dead letters."""
    world = rules.world
    try:
        message = read(line)
        reason = "unknown-sender" if message.role == "bank" and message.sender not in world.banks else ""
    except MalformedError:
        reason = "malformed"
    if reason:
        raw = line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line
        encoded = base64.b64encode(raw.rstrip(b"\r\n")).decode()
        world.out.append({"type": "dead_letter.v1", "reason": reason, "bytes": encoded})
    else:
        answer(rules, message)


def replay(
    lines: Iterable[str | bytes], scheme: str = "zhenjiang-2013", until: str | None = None, rules: Rules | None = None
) -> list[dict[str, Any]]:
    """Answers envelopes in order of receipt; gives events, receipts and dead letters in the contract's order.

    Args:
        lines: the envelopes.
        scheme: whose rules decide, as the profile has them.
        until: timers fire until then after the last line.
        rules: that scheme's with other settings of the profile.
    """
    rules = rules or SCHEMES[scheme]()
    for line in lines:
        take(rules, line)
    end = instant(until) if until else None
    if end is not None:
        rules.fire_due(end)
    return rules.world.out
