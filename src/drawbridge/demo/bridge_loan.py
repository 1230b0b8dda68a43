"""The messages of a bridge loan: everything that a bank would say, with the few things that a story changes."""

from dataclasses import dataclass
from typing import Any, get_args

from drawbridge.bank.messages.application import Material
from drawbridge.demo.post import FIRST, RURAL, SECOND, THIRD, Post


@dataclass(slots=True)
class Loan:
    """One bridge loan, told by its banks."""

    post: Post
    original_bank: str
    notice_no: str
    enterprise: dict[str, str]
    principal_fen: int
    matures_on: str
    promised_on: str
    formalities_on: str
    renewal_fen: int | None = None

    @property
    def subject(self) -> str:
        """The case."""
        return f"bridge/{self.original_bank}/{self.notice_no}"

    def _original(self, type_: str, at: str, data: dict[str, Any]) -> bytes:
        return self.post.write(self.original_bank, type_, self.subject, at, data)

    def _main(self, type_: str, at: str, data: dict[str, Any]) -> bytes:
        return self.post.write(RURAL, type_, self.subject, at, data)

    def notice(self, at: str) -> bytes:
        """The original bank's renewal notice."""
        data = {
            "notice_no": self.notice_no,
            "main_bank": RURAL,
            "enterprise": self.enterprise,
            "original_loan": {
                "contract_no": f"贷-{self.notice_no}",
                "principal_fen": self.principal_fen,
                "matures_on": self.matures_on,
            },
            "mortgage_registered": True,
            "formalities_completed_on": self.formalities_on,
            "renewal": {"amount_fen": self.renewal_fen or self.principal_fen, "promised_on": self.promised_on},
            "payee_account": self._payee(),
            "collection_account": self._collection(),
            "handler": {"department": "公司业务部", "name": "李强", "phone": "13800000000"},
        }
        return self._original("bank.bridge.notice", at, data)

    def application(self, at: str) -> bytes:
        """The enterprise's application, taken in by the main bank."""
        enterprise = {
            **self.enterprise,
            "industry": "C34 通用设备制造业",
            "established_on": "2009-05-01",
            "district": "京口区",
            "size": "small",
            "nurtured": False,
        }
        data = {"enterprise": enterprise, "amount_fen": self.principal_fen, "materials": list(get_args(Material))}
        return self._main("bank.bridge.application", at, data)

    def review(self, at: str) -> bytes:
        """The main bank approves."""
        day = at[:10]
        data = {
            "outcome": "approved",
            "approved_amount_fen": self.principal_fen,
            "original_bank_confirmed_on": day,
            "applicant_notified_on": day,
        }
        return self._main("bank.bridge.review", at, data)

    def contract(self, at: str) -> bytes:
        """The contract, for ten working days at the benchmark."""
        data = {
            "contract_no": f"周转-{self.notice_no}",
            "principal_fen": self.principal_fen,
            "term_working_days": 10,
            "annual_rate": "0.0560",
            "guarantors": [{"name": "张伟", "relation": "owner"}, {"name": "刘芳", "relation": "spouse"}],
            "entrustment_letter_no": f"委-{self.notice_no}",
        }
        return self._main("bank.bridge.contract", at, data)

    def disbursement(self, at: str) -> bytes:
        """The bridge money goes to the original bank."""
        data = {
            "payment_ref": self.post.payment_ref(self.notice_no),
            "amount_fen": self.principal_fen,
            "payee_account": self._payee(),
        }
        return self._main("bank.bridge.disbursement", at, data)

    def settlement(self, at: str) -> bytes:
        """The original bank settles the old loan with it."""
        contract_no = f"贷-{self.notice_no}"
        data = {
            "payment_ref": self.post.payment_ref(self.notice_no),
            "amount_fen": self.principal_fen,
            "original_contract_no": contract_no,
        }
        return self._original("bank.bridge.settlement", at, data)

    def renewal(self, at: str) -> bytes:
        """The original bank renews, as promised."""
        amount = self.renewal_fen or self.principal_fen
        data = {
            "payment_ref": self.post.payment_ref(self.notice_no),
            "renewal_contract_no": f"续-{self.notice_no}",
            "amount_fen": amount,
        }
        return self._original("bank.bridge.renewal", at, data)

    def forwarding(self, at: str, amount_fen: int) -> bytes:
        """It forwards the renewed loan to the main bank."""
        data = {
            "payment_ref": self.post.payment_ref(self.notice_no),
            "amount_fen": amount_fen,
            "payee_account": self._collection(),
        }
        return self._original("bank.bridge.forwarding", at, data)

    def repayment(self, at: str, amount_fen: int, payer: str) -> bytes:
        """The main bank has received a repayment."""
        data = {
            "payment_ref": self.post.payment_ref(self.notice_no),
            "amount_fen": amount_fen,
            "payer": payer,
            "payer_account": {"name": self.enterprise["name"], "number": "1101000000000777", "bank_code": FIRST},
        }
        return self._main("bank.bridge.repayment", at, data)

    def _payee(self) -> dict[str, str]:
        return {"name": "待核销贷款户", "number": "1101040001234567", "bank_code": self.original_bank}

    def _collection(self) -> dict[str, str]:
        return {"name": "周转贷款归集户", "number": "3210000099998888", "bank_code": RURAL}


def prelude(post: Post) -> list[bytes]:
    """The operator enrols the banks and places the city's deposits."""
    lines = []
    for number, code in enumerate((RURAL, FIRST, SECOND, THIRD), 1):
        role = "main" if code == RURAL else "original"
        lines.append(post.enrolment(code, "2013-11-06T09:00", role, f"函-2013-{number:03}"))
    for code, kind, amount_fen in ((RURAL, "special-fund", 5_000_000_000), (SECOND, "fiscal", 1_000_000_000)):
        data = {"kind": kind, "amount_fen": amount_fen, "on": "2013-11-07"}
        lines.append(post.write("operator", "operator.deposit.placement", f"bank/{code}", "2013-11-07T09:00", data))
    return lines


def report(post: Post, at: str, month: str) -> bytes:
    """The main bank has sent its monthly report."""
    return post.write(RURAL, "bank.report.filing", f"report/{RURAL}/{month}", at, {"document_digest": "0" * 64})


def ruling(post: Post, kind: str, subject: str, at: str, data: dict[str, Any]) -> bytes:
    """The operator rules on a penalty or a credit record."""
    return post.write("operator", f"operator.{kind}.ruling", subject, at, data)
