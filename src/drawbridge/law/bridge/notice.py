"""The renewal notice (annex 3, 贷款续贷通知函): the original bank's word that opens a case."""

from datetime import date

from drawbridge.bank.messages.notice import Notice
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.bridge.profile import BridgeProfile
from drawbridge.law.event import Event
from drawbridge.law.state import Bank, State
from drawbridge.law.turn import Turn


def bridge_profile(state: State) -> BridgeProfile:
    """Return the profile of a bridge-loan scheme."""
    profile = state.scheme.profile
    assert isinstance(profile, BridgeProfile)  # noqa: S101 - the scheme is made with it
    return profile


@answers("ZJ-4/1", "ZJ-4/2", "ZJ-6.3/1", "ZJ-annex-3/1", "ZJ-annex-3/4")
def decide_notice(turn: Turn, _case: None, data: Notice) -> None:
    """Open a case, when the original bank has joined and its letter holds together."""
    day = turn.time.date()
    original_bank = turn.state.banks[turn.sender]
    if not original_bank.has_role("original", day):
        detail = "this bank is not enrolled as an original bank on that day: join by the letter of annex 5"
        raise Rejected(Code.BANK_NOT_ENROLLED, detail, "ZJ-4", "ZJ-annex-5")
    refuse_suspended(original_bank)
    main_bank = turn.state.banks.get(data.main_bank)
    if main_bank is None or not main_bank.has_role("main", day):
        raise Rejected(Code.NOT_MAIN_BANK, "`main_bank` is no main bank of this scheme on that day", "ZJ-4")
    if main_bank is original_bank:
        raise Rejected(Code.ORIGINAL_IS_MAIN, "the main bank must be another bank than the original one", "ZJ-4")
    if not data.mortgage_registered:
        detail = "register the mortgage first, then give the notice"
        raise Rejected(Code.MORTGAGE_NOT_REGISTERED, detail, "ZJ-6.3")
    if data.renewal.promised_on < data.formalities_completed_on:
        detail = "`renewal.promised_on` lies before `formalities_completed_on`"
        raise Rejected(Code.PROMISE_BEFORE_FORMALITIES, detail, "ZJ-annex-3")
    for account, bank in ((data.payee_account, original_bank), (data.collection_account, main_bank)):
        if not bank.keeps(account.bank_code, day):
            detail = "the payee account must be at the original bank, the collection account at the main bank"
            raise Rejected(Code.ACCOUNT_NOT_AT_BANK, detail, "ZJ-13")
    apply_by = turn.state.calendar.back(
        data.original_loan.matures_on, bridge_profile(turn.state).apply_working_days.value
    )
    turn.emit("bridge.noticed.v1", turn.subject, {"apply_by": apply_by.due_on.isoformat()}, "ZJ-6.3", "ZJ-7.1")


@answers("ZJ-16/1")
def refuse_suspended(original_bank: Bank) -> None:
    """Refuse what comes through a suspended bank.

    Raises:
        Rejected: `bank-suspended`.
    """
    if original_bank.suspended:
        detail = "the original bank is suspended: it may apply again after its reinstatement"
        raise Rejected(Code.BANK_SUSPENDED, detail, "ZJ-16")


def noticed(state: State, event: Event) -> None:
    """A case is open."""
    told = event.data
    loan, renewal = told["original_loan"], told["renewal"]
    state.cases[event.subject] = BridgeCase(
        event.subject,
        original_bank=event.subject.split("/")[1],
        main_bank=told["main_bank"],
        enterprise=told["enterprise"],
        original_contract_no=loan["contract_no"],
        original_principal_fen=loan["principal_fen"],
        matures_on=date.fromisoformat(loan["matures_on"]),
        promised_fen=renewal["amount_fen"],
        promised_on=date.fromisoformat(renewal["promised_on"]),
        payee_account=told["payee_account"],
        collection_account=told["collection_account"],
    )
