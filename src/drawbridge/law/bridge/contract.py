"""The contract: within capacity, term and rate, with the owner couple's guarantee and the entrustment."""

from decimal import Decimal

from drawbridge.bank.messages.contract import Contract
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.capacity import recount
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.bridge.notice import bridge_profile
from drawbridge.law.event import Event
from drawbridge.law.profile import rate_on
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

_OWNERS = frozenset({"owner", "legal-representative", "controller", "shareholder"})
PURPOSE = "归还原贷款"


@answers("ZJ-13/1")
def decide_contract(turn: Turn, case: BridgeCase, data: Contract) -> None:
    """Take in the contract, and instruct the main bank to pay the original bank (受托支付)."""
    if case.approved_fen is None:
        raise Rejected(Code.NOT_APPROVED, "the application is not approved yet")
    if case.principal_fen is not None:
        raise Rejected(Code.ALREADY_CONTRACTED, "there is a contract on this case already")
    if not case.is_reserved:
        detail = "the case still waits for the main bank's capacity"
        raise Rejected(Code.CAPACITY_NOT_RESERVED, detail, "ZJ-3", "ZJ-21")
    check_term(turn, data.term_working_days)
    if data.principal_fen > case.approved_fen:
        detail = f"{case.approved_fen} fen were approved: lend no more"
        raise Rejected(Code.PRINCIPAL_OVER_APPROVAL, detail)
    _check_rate(turn, data)
    _check_guarantors(data)
    _check_entrustment(data)
    usual = bridge_profile(turn.state).usual_term_working_days.value
    told = {"above_usual_term": data.term_working_days > usual}
    turn.emit("bridge.contracted.v1", case.subject, told, "ZJ-10", "ZJ-11", "ZJ-12", "ZJ-13")
    instructed = {
        "to": case.main_bank,
        "payee_account": case.payee_account,
        "amount_fen": data.principal_fen,
        "purpose": f"{PURPOSE} {case.original_contract_no}",
    }
    turn.emit("bridge.payment.instructed.v1", case.subject, instructed, "ZJ-13")


@answers("ZJ-11/1")
def check_term(turn: Turn, term_working_days: int, over: int = 0) -> None:
    """Check that a term is longer than `over` and within the maximum.

    Raises:
        Rejected: `term-over-maximum`.
    """
    maximum = bridge_profile(turn.state).maximum_term_working_days.value
    if not over < term_working_days <= maximum:
        raise Rejected(Code.TERM_OVER_MAXIMUM, f"a term is {over + 1} to {maximum} working days", "ZJ-11")


@answers("ZJ-12/1")
def _check_rate(turn: Turn, data: Contract) -> None:
    """The rate is the half-year benchmark of the day."""
    benchmark = rate_on(bridge_profile(turn.state).benchmark_rates.value, turn.time.date())
    if benchmark is None or Decimal(data.annual_rate) != benchmark:
        raise Rejected(Code.RATE_NOT_BENCHMARK, f"the benchmark of that day is {benchmark or 'not known'}", "ZJ-12")


@answers("ZJ-10/2")
def _check_guarantors(data: Contract) -> None:
    """The owner and the spouse guarantee together, or an owner who declares to be unmarried."""
    relations = {guarantor.relation for guarantor in data.guarantors}
    if not relations & _OWNERS or ("spouse" not in relations and data.unmarried_declaration_no is None):
        detail = "name the owner (or legal representative, controller, shareholder) and the spouse, or the declaration"
        raise Rejected(Code.GUARANTOR_MISSING, detail, "ZJ-10")


@answers("ZJ-annex-4/1")
def _check_entrustment(data: Contract) -> None:
    """The borrower has entrusted the original bank with the way back."""
    if not data.entrustment_letter_no:
        raise Rejected(Code.ENTRUSTMENT_MISSING, "have the letter of entrustment (委托书) signed", "ZJ-annex-4")


def contracted(state: State, event: Event) -> None:
    """The contract stands."""
    case, told = state.cases[event.subject], event.data
    case.principal_fen = told["principal_fen"]
    case.annual_rate = told["annual_rate"]
    case.term_working_days = told["term_working_days"]
    recount(state, case)
