"""Loan and guarantee contracts: contribution paid, term, rate, collateral and schedule as the law wants them."""

from datetime import date
from decimal import Decimal

from drawbridge.bank.messages.pool.contract import PoolContract
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.pool.book import pool_profile, recount, refuse_when_closed
from drawbridge.law.pool.case import Line, PoolCase
from drawbridge.law.pool.profile import PoolProfile
from drawbridge.law.state import State
from drawbridge.law.turn import Turn
from drawbridge.law.working_days import months_after

_HUNDRED = 100


@answers("QJ-14/3")
def decide_contract(turn: Turn, case: PoolCase, data: PoolContract) -> None:
    """Take in the contracts, once the contribution is paid."""
    refuse_when_closed(turn)
    profile = pool_profile(turn.state)
    if case.approved_fen is None:
        raise Rejected(Code.NOT_APPROVED, "the loan is not approved yet", "QJ-14")
    if case.principal_fen is not None:
        raise Rejected(Code.ALREADY_CONTRACTED, "there is a contract on this case already", "QJ-14")
    if data.principal_fen > case.approved_fen:
        detail = f"{case.approved_fen} fen were approved: lend no more"
        raise Rejected(Code.PRINCIPAL_OVER_APPROVAL, detail, "QJ-14")
    _check_contribution(case, data, profile)
    _check_term(data, profile)
    _check_rate(data)
    _check_collateral(data, profile)
    _check_schedule(data)
    if not data.guarantee_contract_no:
        raise Rejected(Code.GUARANTEE_CONTRACT_MISSING, "sign the guarantee contract as well", "QJ-14")
    turn.emit("pool.loan.contracted.v1", case.subject, {}, "QJ-4", "QJ-10", "QJ-11", "QJ-12", "QJ-14")


@answers("QJ-4/2", "QJ-14/2", "QJ-14/3")
def _check_contribution(case: PoolCase, data: PoolContract, profile: PoolProfile) -> None:
    """The contribution is paid by the day of signing, and is its share of the principal."""
    paid, percent = case.contribution, profile.contribution_percent.value
    is_paid = paid is not None and paid.at.date() <= data.signed_on
    if paid is None or not is_paid or paid.amount_fen * _HUNDRED < percent * data.principal_fen:
        detail = f"{percent} % of the principal must be paid by the day of signing"
        raise Rejected(Code.CONTRIBUTION_SHORT, detail, "QJ-4", "QJ-14")


@answers("QJ-10/1")
def _check_term(data: PoolContract, profile: PoolProfile) -> None:
    """The loan matures within a year of its signing."""
    last = months_after(data.signed_on, profile.maximum_term_months.value)
    if not data.signed_on < data.matures_on <= last:
        raise Rejected(Code.TERM_OVER_MAXIMUM, f"it matures after its signing, by {last}", "QJ-10")


@answers("QJ-11/1")
def _check_rate(data: PoolContract) -> None:
    """The rate is not above that of other loans."""
    if Decimal(data.annual_rate) > Decimal(data.comparable_rate):
        detail = "`annual_rate` is above `comparable_rate`: other loans are cheaper"
        raise Rejected(Code.RATE_OVER_COMPARABLE, detail, "QJ-11")


@answers("QJ-2/1", "QJ-7.7/1")
def _check_collateral(data: PoolContract, profile: PoolProfile) -> None:
    """The collateral is worth its share of the principal."""
    percent = profile.collateral_percent.value
    if data.collateral_value_fen * _HUNDRED < percent * data.principal_fen:
        detail = f"the collateral must be worth {percent} % of the principal"
        raise Rejected(Code.COLLATERAL_SHORT, detail, "QJ-2", "QJ-7.7")


@answers("QJ-12/1")
def _check_schedule(data: PoolContract) -> None:
    """The schedule repays the principal, day after day, until the loan matures."""
    days = [line.due_on for line in data.schedule]
    adds_up = sum(line.principal_fen for line in data.schedule) == data.principal_fen
    if not adds_up or days != sorted(set(days)) or days[-1] != data.matures_on:
        detail = "its lines must add up to the principal, in ascending days that end at `matures_on`"
        raise Rejected(Code.SCHEDULE_MISMATCH, detail, "QJ-12")


def contracted(state: State, event: Event) -> None:
    """The contracts stand."""
    case, told = state.cases[event.subject], event.data
    case.principal_fen = told["principal_fen"]
    case.annual_rate = told["annual_rate"]
    case.matures_on = date.fromisoformat(told["matures_on"])
    case.schedule = [Line(date.fromisoformat(line["due_on"]), line["principal_fen"]) for line in told["schedule"]]
    recount(state, case)
