"""What goes wrong with a loan: one story, or one slip of the pen, each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import orjson

from drawbridge.simulate.bridge import loan as loans
from drawbridge.simulate.bridge.course import (
    AFTERNOON,
    EVENING,
    MORNING,
    NOON,
    Course,
    apply,
    finish_well,
    review,
    tell_notice,
)
from drawbridge.simulate.bridge.pen import Pen, Slip, Written
from drawbridge.simulate.office import at, minute
from drawbridge.simulate.people import account


@dataclass(frozen=True, slots=True)
class Mishap:
    """One way in which a loan goes wrong."""

    kind: str
    course: Callable[[Course], None] | None = None
    """Tells the loan from the contract on."""
    opening: Callable[[Pen], None] | None = None
    """Tells notice, application and review."""
    slip: Slip | None = None
    slips_at: tuple[str, ...] = ()
    """The kinds of message at which the slip may happen."""


def draw(dice: Random) -> Mishap:
    """Draw a mishap: each kind is as likely as any other."""
    return dice.choice(MISHAPS[dice.choice(KINDS)])


def _pay_out(course: Course) -> None:
    course.sign()
    course.disburse()
    course.settle()


# --- late


def _money_arrives_late(course: Course) -> None:
    """The original bank does all in time, but the main bank has the money only after the agreed day, or the limit."""
    _pay_out(course)
    course.extend()
    sent = course.renew_and_forward(course.renew_on)
    dice = course.loan.dice
    day = course.limit_on if dice.random() < 0.3 else course.agreed_on  # noqa: PLR2004 - fewer become defaults
    course.repay_all(course.office.after(day, dice.randrange(1, 4)), sent)


def _renewal_comes_late(course: Course) -> None:
    """The renewal comes days after its promise: a breach, cured."""
    _pay_out(course)
    course.breach(at(course.loan.promised_on, course.loan.dice, minute(17), minute(18)))
    day = course.office.after(course.loan.promised_on, course.loan.dice.randrange(1, 4))
    course.repay_all(day, course.renew_and_forward(day))


# --- short


def _renewal_is_short(course: Course) -> None:
    """Less is renewed than was promised; a guarantor pays the rest, some not before the limit."""
    _pay_out(course)
    part = course.loan.asked_fen * course.loan.dice.randrange(30, 80) // 10_000 * 100
    course.renew(course.renew_on, part)
    course.forward(course.when(course.renew_on, NOON), part)
    course.repay(course.when(course.renew_on, AFTERNOON), part, "original-bank")
    course.breach(at(course.loan.promised_on, course.loan.dice, minute(17), minute(18)))
    _guarantor_pays(course)


def _forwarding_is_short(course: Course) -> None:
    """Part of the renewal stays with the original bank until the next working day."""
    _pay_out(course)
    course.renew(course.renew_on, course.loan.original_fen)
    first_at = course.when(course.renew_on, NOON)
    part = course.owed_fen(first_at) // 200 * 100
    course.forward(first_at, part)
    course.repay(course.when(course.renew_on, AFTERNOON), part, "original-bank")
    course.breach(at(course.renew_on, course.loan.dice, minute(17), minute(18)))
    day = course.office.after(course.renew_on, 1)
    second_at = course.when(day, NOON)
    rest = min(course.loan.original_fen - part, course.owed_fen(second_at))
    course.forward(second_at, rest)
    course.repay_all(day, rest)


# --- misdirected


def _disbursed_to_another_account(course: Course) -> None:
    """The bridge money goes to another account of the original bank."""
    course.sign()
    course.disburse(account("其他应付款户", course.loan.original.code, course.loan.dice))
    course.settle()
    course.extend()
    finish_well(course)


def _forwarded_to_another_account(course: Course) -> None:
    """The renewal money goes to the borrower's account first, and to the main bank the same afternoon."""
    _pay_out(course)
    course.extend()
    course.renew(course.renew_on, course.loan.original_fen)
    first_at = course.when(course.renew_on, NOON)
    amount = min(course.loan.original_fen, course.owed_fen(first_at))
    course.forward(first_at, amount, account("企业结算户", course.loan.original.code, course.loan.dice))
    course.forward(course.when(course.renew_on, AFTERNOON), amount)
    time = course.when(course.renew_on, EVENING)
    course.repay(time, amount, "original-bank")
    if course.owed_fen(time):
        course.repay(time, course.owed_fen(time), "applicant")


def _another_loan_settled(course: Course) -> None:
    """Another loan of the borrower is settled first, and the right one the same afternoon."""
    course.sign()
    course.disburse()
    course.settle(f"{course.loan.old_contract_no}-B")
    course.settle(part=AFTERNOON)
    course.extend()
    finish_well(course)


# --- refused


def _bank_refuses_after_payment(course: Course) -> None:
    """The original bank has the money and refuses the renewal: a breach at once."""
    _pay_out(course)
    time = course.when(course.office.after(course.disburse_on, 2), MORNING)
    course.pen.say(course.loan.original, "refusal", time, {"reason": "上级行不再审批"})
    course.breach(time)
    _guarantor_pays(course)


def _bank_refuses_before_payment(course: Course) -> None:
    """The original bank refuses while no money is at risk."""
    course.sign()
    time = course.when(course.sign_on, AFTERNOON)
    course.pen.say(course.loan.original, "refusal", time, {"reason": "企业经营情况变化"})
    course.pen.freed.append((time, course.loan.asked_fen))
    course.pen.ended_at = time


def _application_is_incomplete(pen: Pen) -> None:
    """The first application lacks materials and is refused; the whole one comes a few minutes later."""
    tell_notice(pen)
    whole = loans.application_data(pen.loan)
    apply(pen, pen.loan.applied_at - timedelta(minutes=9), {**whole, "materials": whole["materials"][:-1]})
    apply(pen, pen.loan.applied_at, whole)
    review(pen)


# --- slips of the pen


def _repeat(pen: Pen, written: Written) -> None:
    """Send the same message again."""
    delay = timedelta(minutes=pen.loan.dice.randrange(2, 3000))
    pen.outbox.put(written.envelope, written.time, written.recorded_at + delay)


def _alter(pen: Pen, written: Written) -> None:
    """Send another amount under the id of a message that was sent."""
    data = {**written.envelope["data"], "amount_fen": written.envelope["data"]["amount_fen"] + 100}
    delay = timedelta(minutes=pen.loan.dice.randrange(1, 30))
    pen.outbox.put({**written.envelope, "data": data}, written.time, written.recorded_at + delay)


def _break(pen: Pen, written: Written) -> None:
    """A line arrives torn, or in another encoding, just before the message itself."""
    if written.line.isascii() or pen.loan.dice.random() < 0.5:  # noqa: PLR2004 - either is as likely
        broken = written.line[: len(written.line) * 2 // 3]
    else:
        broken = orjson.dumps(written.envelope).decode().encode("gb18030")
    pen.outbox.put_line(broken, written.recorded_at - timedelta(seconds=20))


# --- seized, abandoned


def _assets_are_seized(course: Course) -> None:
    """A court freezes the borrower's account while the bridge money is out."""
    _pay_out(course)
    bank = course.loan.dice.choice((course.loan.main, course.loan.original))
    data = {"order_no": f"执保{course.loan.number:06d}", "authority": "京口区人民法院", "object": "基本存款账户"}
    course.pen.say(bank, "seizure", course.when(course.disburse_on, EVENING), data)
    course.extend()
    finish_well(course)


def _renewal_is_abandoned(course: Course) -> None:
    """The borrower gives the renewal up; the original bank renews and forwards all the same (ZJ-15)."""
    _pay_out(course)
    bank = course.loan.dice.choice((course.loan.main, course.loan.original))
    course.pen.say(bank, "abandonment", course.when(course.disburse_on, EVENING), {"reason": "企业自愿放弃续贷"})
    course.extend()
    finish_well(course)


# --- reported late


def _repayment_is_reported_late(course: Course) -> None:
    """The money came in time; the main bank says so days after the agreed day, or after the limit."""
    _pay_out(course)
    course.extend()
    sent = course.renew_and_forward(course.renew_on)
    dice = course.loan.dice
    after = course.limit_on if dice.random() < 0.3 else course.agreed_on  # noqa: PLR2004 - fewer become defaults
    recorded_at = course.when(course.office.after(after, dice.choice((1, 2, 3, 7))), MORNING)
    course.repay_all(course.renew_on, sent, recorded_at=recorded_at)


def _renewal_is_reported_late(course: Course) -> None:
    """The renewal came in time; the original bank says so days after its promise."""
    _pay_out(course)
    course.extend()
    day = course.office.after(course.loan.promised_on, course.loan.dice.randrange(1, 4))
    recorded_at = course.when(day, MORNING)
    sent = course.renew_and_forward(course.renew_on, recorded_at)
    course.reinstate(course.when(course.loan.promised_on, EVENING), day)
    course.repay_all(day, sent)


def _settlement_is_reported_late(course: Course) -> None:
    """The old loan was settled on the day; the original bank says so on the next."""
    course.sign()
    course.disburse()
    course.settle(recorded_at=course.when(course.office.after(course.disburse_on, 1), MORNING))
    course.extend()
    finish_well(course)


def _disbursement_is_reported_late(course: Course) -> None:
    """The original bank's word comes before the main bank's."""
    course.sign()
    course.disburse(recorded_at=course.when(course.disburse_on, EVENING))
    course.settle()
    course.extend()
    finish_well(course)


def _guarantor_pays(course: Course) -> None:
    """A guarantor pays what the original bank did not, before the limit or after it; a few never do."""
    dice = course.loan.dice
    roll = dice.random()
    if roll < 0.5:  # noqa: PLR2004 - half pay before the limit
        course.repay_all(course.office.before(course.limit_on, 1), 0, "guarantor")
        return
    course.rule_on_credit()
    if roll < 0.9:  # noqa: PLR2004 - and all but a tenth of all pay in the end
        course.repay_all(course.office.after(course.limit_on, dice.randrange(1, 15)), 0, "guarantor")


_ANY = ("notice", "application", "contract", "disbursement", "renewal", "repayment")
_ALL = (
    Mishap("late", _money_arrives_late),
    Mishap("late", _renewal_comes_late),
    Mishap("short", _renewal_is_short),
    Mishap("short", _forwarding_is_short),
    Mishap("misdirected", _disbursed_to_another_account),
    Mishap("misdirected", _forwarded_to_another_account),
    Mishap("misdirected", _another_loan_settled),
    Mishap("refused", _bank_refuses_after_payment),
    Mishap("refused", _bank_refuses_before_payment),
    Mishap("refused", opening=_application_is_incomplete),
    Mishap("repeated", slip=_repeat, slips_at=_ANY),
    Mishap("altered", slip=_alter, slips_at=("application", "disbursement", "repayment")),
    Mishap("broken", slip=_break, slips_at=_ANY),
    Mishap("seized", _assets_are_seized),
    Mishap("abandoned", _renewal_is_abandoned),
    Mishap("reported-late", _repayment_is_reported_late),
    Mishap("reported-late", _renewal_is_reported_late),
    Mishap("reported-late", _settlement_is_reported_late),
    Mishap("reported-late", _disbursement_is_reported_late),
)
KINDS = tuple(dict.fromkeys(mishap.kind for mishap in _ALL))
MISHAPS = {kind: tuple(mishap for mishap in _ALL if mishap.kind == kind) for kind in KINDS}
