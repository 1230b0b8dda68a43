"""`bank.bridge.notice.v1`: the original bank promises in writing to renew the loan (annex 3, 贷款续贷通知函)."""

from typing import ClassVar

from drawbridge.bank.forms import Account, AmountFen, Cnaps, Date, Enterprise, Form, MessageData, Text


class OriginalLoan(Form):
    """The loan that is to be settled with the bridge money and renewed."""

    contract_no: Text
    """The number of the original loan contract."""
    principal_fen: AmountFen
    """What is to be repaid when it matures."""
    matures_on: Date
    """The day on which it falls due."""


class PromisedRenewal(Form):
    """What the original bank promises to lend again (ZJ-6.3)."""

    amount_fen: AmountFen
    """The amount of the renewal loan."""
    promised_on: Date
    """The day by which the renewal loan is paid out."""


class Handler(Form):
    """Who handles the case at the original bank (annex 3, 联系人)."""

    department: Text
    """The department (部门)."""
    name: Text
    """The person's name."""
    phone: Text
    """The person's telephone number."""


class Notice(MessageData):
    """The renewal notice of the original bank (贷款续贷通知函, annex 3; ZJ-6.3, ZJ-13). It opens the case."""

    TYPE: ClassVar[str] = "bank.bridge.notice.v1"

    notice_no: Text
    """The notice's number; it names the case and stands in the subject."""
    main_bank: Cnaps
    """The main bank (主办银行) that is asked for the bridge loan (ZJ-4)."""
    enterprise: Enterprise
    """The borrower."""
    original_loan: OriginalLoan
    """The loan that is to be renewed."""
    mortgage_registered: bool
    """Whether the renewal's mortgage has been registered (ZJ-6.3)."""
    formalities_completed_on: Date
    """The day on which the renewal's formalities were completed."""
    renewal: PromisedRenewal
    """The promise."""
    payee_account: Account
    """The original bank's account that the bridge money is paid to (受托支付, ZJ-13)."""
    collection_account: Account
    """The main bank's account that the renewal money is forwarded to (ZJ-14)."""
    handler: Handler
    """Who to ask at the original bank."""
