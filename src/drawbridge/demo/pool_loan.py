"""The messages of a guarantee pool: all that its office and its lender say, with what a story changes."""

from dataclasses import dataclass
from typing import Any, get_args

from drawbridge.bank.messages.pool.admission import Condition
from drawbridge.demo.post import LENDER, Post

ACCOUNT = "account/qianjiang"


@dataclass(slots=True)
class PoolLoan:
    """One assisted loan, told by the office and the lender."""

    post: Post
    loan_no: str
    enterprise: dict[str, str]
    principal_fen: int
    matures_on: str

    @property
    def subject(self) -> str:
        """The case."""
        return f"pool/{LENDER}/{self.loan_no}"

    @property
    def contribution_fen(self) -> int:
        """What the enterprise contributes: 3 % of its loan (QJ-4)."""
        return self.principal_fen * 3 // 100

    def _office(self, kind: str, at: str, data: dict[str, Any]) -> bytes:
        return self.post.write("agency", f"agency.pool.{kind}", self.subject, at, data)

    def _lender(self, kind: str, at: str, data: dict[str, Any]) -> bytes:
        return self.post.write(LENDER, f"bank.pool.{kind}", self.subject, at, data)

    def _sum(self, amount_fen: int) -> dict[str, Any]:
        return {"amount_fen": amount_fen, "payment_ref": self.post.payment_ref(self.loan_no)}

    def admission(self, at: str) -> bytes:
        """The office takes the enterprise into the pool: nobody objects, all eight conditions are attested."""
        data = {
            **self.enterprise,
            "applied_on": at[:10],
            "inquiries": dict.fromkeys(("safety", "environment", "social-security", "tax"), "clear"),
            "conditions": list(get_args(Condition)),
        }
        member = f"enterprise/{self.enterprise['uscc']}"
        return self.post.write("agency", "agency.pool.admission", member, at, data)

    def recommendation(self, at: str) -> bytes:
        """The office recommends the member to the lender."""
        data = {"letter_no": f"推荐-{self.loan_no}", "uscc": self.enterprise["uscc"], "lender": LENDER}
        return self._office("recommendation", at, data)

    def decision(self, at: str) -> bytes:
        """The lender approves."""
        return self._lender("decision", at, {"outcome": "approved", "amount_fen": self.principal_fen})

    def contribution(self, at: str) -> bytes:
        """The enterprise pays its contribution."""
        return self._lender("contribution", at, self._sum(self.contribution_fen))

    def contract(self, at: str) -> bytes:
        """Loan and guarantee contracts are signed; all is due at maturity."""
        data = {
            "contract_no": f"借-{self.loan_no}",
            "principal_fen": self.principal_fen,
            "signed_on": at[:10],
            "matures_on": self.matures_on,
            "annual_rate": "0.0500",
            "comparable_rate": "0.0560",
            "collateral_value_fen": self.principal_fen // 2,
            "guarantee_contract_no": f"保-{self.loan_no}",
            "schedule": [{"due_on": self.matures_on, "principal_fen": self.principal_fen}],
        }
        return self._lender("contract", at, data)

    def filing(self, at: str, planned_on: str) -> bytes:
        """The lender files the loan with the office."""
        data = {"letter_no": f"备案-{self.loan_no}", "planned_disbursement_on": planned_on}
        return self._lender("filing", at, data)

    def disbursement(self, at: str) -> bytes:
        """The loan is paid out."""
        return self._lender("disbursement", at, self._sum(self.principal_fen))

    def repayment(self, at: str, amount_fen: int) -> bytes:
        """The lender has received a repayment."""
        return self._lender("repayment", at, self._sum(amount_fen))

    def claim(self, at: str, stage: str, principal_fen: int, interest_fen: int) -> bytes:
        """The lender claims compensation for what is outstanding, by its own figures."""
        data = {
            "letter_no": f"代偿-{self.loan_no}-{stage}",
            "stage": stage,
            "joint_finding_ref": f"认定-{self.loan_no}",
            "outstanding_principal_fen": principal_fen,
            "outstanding_interest_fen": interest_fen,
        }
        return self._lender("compensation-claim", at, data)

    def compensation(self, at: str, stage: str, amount_fen: int) -> bytes:
        """The office pays on the instruction."""
        return self._office("compensation-payment", at, {"stage": stage, **self._sum(amount_fen)})

    def direct_debit(self, at: str, amount_fen: int) -> bytes:
        """The lender takes from the contributions what the office left unpaid."""
        return self._lender("direct-debit", at, self._sum(amount_fen))

    def recovery(self, at: str, gross_fen: int, costs_fen: int, penalties_fen: int) -> bytes:
        """Money was got back."""
        return self._lender(
            "recovery", at, {"gross_fen": gross_fen, "costs_fen": costs_fen, "penalties_fen": penalties_fen}
        )

    def evasion(self, at: str, persons: list[dict[str, str]]) -> bytes:
        """The office finds that the debt is evaded with intent."""
        return self._office("evasion-finding", at, {"evidence_ref": f"证-{self.loan_no}", "persons": persons})


def placement(post: Post, at: str, amount_fen: int, expected_fen: int) -> bytes:
    """The government places its risk fund, for what the lender expects to lend that year."""
    data = {"amount_fen": amount_fen, "lender": LENDER, "year": int(at[:4]), "expected_lending_fen": expected_fen}
    return post.write("agency", "agency.pool.placement", ACCOUNT, at, data)


def closure(post: Post, at: str) -> bytes:
    """The office closes the pool."""
    return post.write("agency", "agency.pool.closure", ACCOUNT, at, {"reason": "业务平台不再办理"})
