"""The one way in: a message and a state give events and one answer.

The checks stand here in the contract's order; what a scheme adds comes through its rules.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from drawbridge.bank.envelope import ATTRIBUTES, DeadLetter, Message
from drawbridge.bank.forms import first_violation
from drawbridge.bank.rejects import Code, RefusedMovement, Rejected
from drawbridge.law.clock import fire_due
from drawbridge.law.event import Event, Origin, canonical
from drawbridge.law.scheme import MessageRule, Party, Standing
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

#: how far a sender's clock may be ahead of the gateway's
TOLERATED_AHEAD = timedelta(minutes=5)
#: the last day on which an enterprise may still be named by its organisation code alone
ORG_CODES_UNTIL = date(2017, 12, 31)


class Remembered(NamedTuple):
    """What the caller keeps of each message by (scheme, source, id), refused ones too."""

    digest: bytes
    receipt: bytes


@dataclass(slots=True)
class Decision:
    """The answer to one message."""

    events: list[Event]
    """The due timers' first, then the message's own."""
    receipt: bytes | None = None
    """The receipt's canonical line; None for a dead letter."""
    dead_letter: DeadLetter | None = None
    remember: Remembered | None = None
    """To be kept under (scheme, source, id); None when nothing new is to be kept."""
    caused: list[str] = field(default_factory=list)
    """The types of the message's own events."""

    @property
    def repeated(self) -> bool:
        """Tell whether nothing new was decided."""
        return self.receipt is not None and self.remember is None


def decide(state: State, message: Message, remembered: Remembered | None) -> Decision:
    """Answer one message: fires the timers due by then, checks in the contract's order, decides.

    Args:
        state: the scheme's state; it is brought forward.
        message: a well-formed envelope.
        remembered: what was kept of the same (source, id) in this scheme, if anything.
    """
    recorded_at = _recorded_at(state, message)
    if not _is_known(state, message):
        detail = "no such sender is enrolled: a bank sends after its enrolment by the operator"
        return Decision([], dead_letter=DeadLetter("unknown-sender", detail, message.raw, recorded_at))
    if message.scheme != state.scheme.id:
        known = f"this gateway runs {state.scheme.id}"
        refusal = Rejected(Code.UNKNOWN_SCHEME, f"there is no such scheme here ({known}): correct `scheme`")
        return Decision([], write_receipt(state, message, recorded_at, refusal, []))
    events = fire_due(state, recorded_at)
    if remembered is not None:
        if remembered.digest == message.digest:
            return Decision(events, remembered.receipt)
        altered = Rejected(Code.MESSAGE_ALTERED, "this id was used before with another content: use a new `id`")
        return Decision(events, write_receipt(state, message, recorded_at, altered, []))
    turn, refusal_ = _turn(state, message, recorded_at)
    caused = [event.type for event in turn.events]
    receipt = write_receipt(state, message, recorded_at, refusal_, caused)
    return Decision(events + turn.events, receipt, remember=Remembered(message.digest, receipt), caused=caused)


def moves_clock_to(state: State, message: Message) -> datetime | None:
    """Return the instant by which timers fire before a message; None when it moves no clock."""
    if message.scheme != state.scheme.id or not _is_known(state, message):
        return None
    return _recorded_at(state, message)


def _recorded_at(state: State, message: Message) -> datetime:
    """Return when a message counts as recorded: the clock never goes back."""
    return message.recorded_at if state.clock is None else max(message.recorded_at, state.clock)


def _is_known(state: State, message: Message) -> bool:
    """Tell whether a message's sender is enrolled."""
    sender = message.sender
    return sender.role != "drawbridge" and (sender.role != "bank" or sender.name in state.banks)


def _turn(state: State, message: Message, recorded_at: datetime) -> tuple[Turn, Rejected | None]:
    """Run a message's own checks and rule; a refused movement of money still leaves its event."""
    turn = Turn(
        state,
        Origin(message.time, recorded_at, f"{message.source}#{message.id}"),
        str(message.subject),
        message.sender.name,
        outside_validity=not state.scheme.profile.covers(message.time),
    )
    try:
        _check_and_decide(turn, message)
    except RefusedMovement as refusal:
        turn.emit("movement.refused.v1", turn.subject, {"code": refusal.code, **refusal.moved}, *refusal.basis)
        return turn, refusal
    except Rejected as refusal:
        return turn, refusal
    return turn, None


def _check_and_decide(turn: Turn, message: Message) -> None:
    """Check what comes before a message's own checks, then let its rule decide.

    Raises:
        Rejected: the first check that fails.
    """
    scheme = turn.state.scheme
    rule = scheme.messages.get(message.type)
    if rule is None:
        raise Rejected(Code.UNKNOWN_TYPE, "this scheme has no such message type: see the published contract")
    data, turn.named = _read(rule, message)
    turn.said = _object(message.attributes["data"])
    if message.time > turn.recorded_at + TOLERATED_AHEAD:
        raise Rejected(Code.TIME_IN_FUTURE, "`time` lies over 5 minutes ahead of the gateway's: set your clock right")
    case = _party_and_case(turn, rule, message)
    if case is not None and f"{message.type}|{turn.said.get('payment_ref')}" in case.paid_refs:
        raise Rejected(Code.PAYMENT_ALREADY_REPORTED, "a payment with this payment_ref stands on this case already")
    rule.decide(turn, case, data)
    scheme.finish(turn)


def _read(rule: MessageRule, message: Message) -> tuple[BaseModel, dict[str, str]]:
    """Bring a message into its type's form: (data, what its subject names)."""
    attributes = message.attributes
    for name in attributes:
        if name not in ATTRIBUTES:
            raise _violation(name, "there is no such attribute")
    if attributes.get("datacontenttype", "application/json") != "application/json":
        raise _violation("datacontenttype", "only application/json is read")
    schema = attributes.get("dataschema", "-")
    if not isinstance(schema, str) or not schema:
        raise _violation("dataschema", "it must be text")
    subject = rule.subject.fullmatch(message.subject) if isinstance(message.subject, str) else None
    if subject is None:
        raise _violation("subject", "it is missing or not of the form that this type asks for")
    if not isinstance(attributes.get("data"), dict):
        raise _violation("data", "it must be a JSON object")
    try:
        data = rule.model.model_validate(attributes["data"])
    except ValidationError as error:
        field_, detail = first_violation(error)
        raise _violation(field_, detail) from None
    named = subject.groupdict()
    _compare(_object(attributes["data"]), named, message.time.date())
    return data, named


def _compare(said: dict[str, Any], named: dict[str, str], day: date) -> None:
    """Compare data with the day of the fact, and with what the subject names: the same name is the same thing."""
    if day > ORG_CODES_UNTIL:
        for path, of in (("org_code", said), ("enterprise.org_code", said.get("enterprise", ()))):
            if "org_code" in of:
                raise _violation(path, "since 2018 an enterprise is named by its uscc")
    for name, value in named.items():
        if name in said and said[name] != value:
            raise _violation("subject", f"it contradicts `{name}`")


def _party_and_case(turn: Turn, rule: MessageRule, message: Message) -> Any:
    """Check that the sender may speak of this case, and that the case is there and open: the case, or None."""
    state, subject_bank = turn.state, turn.named.get("bank")
    sender, not_party = message.sender, "only the bank (or office) to which this message belongs may send it"
    if message.type.split(".", 1)[0] != sender.role:
        raise Rejected(Code.SENDER_NOT_PARTY, f"a {sender.role} does not send this type")
    if rule.party is Party.IN_SUBJECT and sender.name != subject_bank:
        raise Rejected(Code.SENDER_NOT_PARTY, not_party)
    if rule.standing is Standing.NONE:
        return None
    case = state.cases.get(str(message.subject))
    if rule.standing is Standing.NEW:
        if case is not None:
            raise Rejected(Code.CASE_EXISTS, "there is a case under this subject already: use a new number")
        return None
    if case is None:
        code, basis = rule.missing
        raise Rejected(code, "there is no case under this subject: check it, or open the case first", *basis)
    main_bank = state.scheme.case_main_bank(case)
    if (rule.party is Party.IN_CASE and sender.name != main_bank) or (
        rule.party is Party.EITHER and sender.name not in (main_bank, subject_bank)
    ):
        raise Rejected(Code.SENDER_NOT_PARTY, not_party)
    if rule.standing is Standing.OPEN and case.closed:
        raise Rejected(Code.CASE_CLOSED, "the case is closed and takes no more requests")
    return case


def _violation(field_: str, detail: str) -> Rejected:
    return Rejected(Code.SCHEMA_VIOLATION, f"`{field_}`: {detail}", field=field_)


def _object(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)  # noqa: S101 - _read has checked it; mypy has not
    return value


def write_receipt(
    state: State, message: Message, recorded_at: datetime, refusal: Rejected | None, caused: list[str]
) -> bytes:
    """Write the receipt of a message, as canonical JSON."""
    told: dict[str, Any] = {"message_id": message.id}
    if refusal is None:
        told["events"] = caused
    else:
        told |= {"code": refusal.code, "detail": str(refusal), "basis": list(refusal.basis)}
        if refusal.field is not None:
            told["field"] = refusal.field
        if refusal.ours:
            told["ours"] = dict(refusal.ours)
    envelope = {
        "specversion": "1.0",
        "id": f"{message.source}#{message.id}",
        "source": f"urn:drawbridge:{state.scheme.id}",
        "type": "receipt.accepted.v1" if refusal is None else "receipt.rejected.v1",
        "subject": message.subject,
        "time": recorded_at.isoformat(),
        "scheme": message.scheme,
        "datacontenttype": "application/json",
        "data": told,
    }
    if not isinstance(message.subject, str):
        del envelope["subject"]
    return canonical(envelope)
