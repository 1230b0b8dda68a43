"""Good examples of a guarantee pool: what office, lender and operator say from the first money to the closing."""

from typing import Any

from drawbridge.publish.examples.parts import Message, changed, message
from drawbridge.publish.examples.stages import Good

SCHEME = "qianjiang-2015"
OFFICE = "urn:agency:qianjiang-office"
LENDER = "105688000013"
LOAN = f"pool/{LENDER}/2016-07"
ACCOUNT = "account/qianjiang"
MEMBER = "91321100MA1W20011N"
PRINCIPAL_FEN = 360_000_000
#: 3 % of the principal, and the interest of 182 days at 5 %
CONTRIBUTION_FEN, INTEREST_FEN = 10_800_000, 9_100_000
#: what is left after the contributions, the interest of 40 days on it, and the risk fund's half
LEFT_FEN, LEFT_INTEREST_FEN, HALF_FEN = 358_300_000, 1_990_556, 180_145_278
PERSON = "1" * 64
_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


def _say(source: str, type_: str, time: str, subject: str, data: dict[str, Any]) -> Message:
    return changed(message(type_, time, data, subject=subject, source=source), "scheme", SCHEME)


def _office(kind: str, time: str, subject: str = LOAN, **data: Any) -> Message:
    return _say(OFFICE, f"agency.pool.{kind}.v1", time, subject, data)


def _lender(kind: str, time: str, subject: str = LOAN, **data: Any) -> Message:
    return _say(f"urn:bank:{LENDER}", f"bank.pool.{kind}.v1", time, subject, data)


def _city(type_: str, time: str, subject: str, **data: Any) -> Message:
    return _say("urn:operator:qianjiang-finance-bureau", type_, time, subject, data)


_OPEN = ("operator.bank.enrolment.v1--lender", "agency.pool.placement.v1")
_MEMBER = (*_OPEN, "agency.pool.admission.v1")
_RECOMMENDED = (*_MEMBER, "agency.pool.recommendation.v1")
_APPROVED = (*_RECOMMENDED, "bank.pool.decision.v1")
_CONTRIBUTED = (*_APPROVED, "bank.pool.contribution.v1")
_CONTRACTED = (*_CONTRIBUTED, "bank.pool.contract.v1")
_FILED = (*_CONTRACTED, "bank.pool.filing.v1")
_DISBURSED = (*_FILED, "bank.pool.disbursement.v1")
_REPAID = (*_DISBURSED, "bank.pool.repayment.v1")
_CLAIMED = (*_DISBURSED, "bank.pool.compensation-claim.v1")
_COMPENSATED = (*_CLAIMED, "agency.pool.compensation-payment.v1")
_SHARED = (*_COMPENSATED, "bank.pool.compensation-claim.v1--risk-fund")
_PAID = (*_SHARED, "agency.pool.compensation-payment.v1--risk-fund")

#: where an assisted loan can stand, by the messages sent so far
POOL_STAGES = {
    "pool open": _OPEN,
    "pool member": _MEMBER,
    "pool recommended": _RECOMMENDED,
    "pool approved": _APPROVED,
    "pool contributed": _CONTRIBUTED,
    "pool contracted": _CONTRACTED,
    "pool filed": _FILED,
    "pool disbursed": _DISBURSED,
    "pool repaid": _REPAID,
    "pool claimed": _CLAIMED,
    "pool compensated": _COMPENSATED,
    "pool shared": _SHARED,
    "pool paid": _PAID,
    "pool evaded": (*_PAID, "agency.pool.evasion-finding.v1"),
    "pool overcompensated": (*_DISBURSED, "agency.pool.compensation-payment.v1--not-instructed"),
    "pool closed": (*_REPAID, "agency.pool.closure.v1"),
}

_CONDITIONS = [
    "registered-legal-person",
    "premises-and-governance",
    "products-and-taxes",
    "business-with-lender",
    "credit-policy",
    "clean-credit-record",
    "collateral-half",
    "lender-conditions",
]


def _claim(time: str, stage: str, principal_fen: int, interest_fen: int, **more: str) -> Message:
    return _lender(
        "compensation-claim",
        time,
        letter_no="代偿〔2016〕7号",
        stage=stage,
        outstanding_principal_fen=principal_fen,
        outstanding_interest_fen=interest_fen,
        **more,
    )


POOL_EXAMPLES: dict[str, Good] = {
    "operator.bank.enrolment.v1--lender": Good(
        _city(
            "operator.bank.enrolment.v1",
            "2015-06-16T09:00:00",
            f"bank/{LENDER}",
            name="建行黔江支行",
            roles=["lender"],
            letter_no="合作协议〔2015〕1号",
            department="小企业信贷中心",
            handlers=[{"name": "王敏", "phone": "13905281234"}],
            seal_digest="5f" * 32,
            keys={"keys": [{"kty": "OKP", "kid": "k1", "crv": "Ed25519", "x": _KEY}]},
            since="2015-06-16",
        )
    ),
    "agency.pool.placement.v1": Good(
        _office(
            "placement",
            "2016-01-04T09:00:00",
            ACCOUNT,
            amount_fen=5_000_000_000,
            lender=LENDER,
            year=2016,
            expected_lending_fen=40_000_000_000,
        ),
        _OPEN[:1],
    ),
    "agency.pool.admission.v1": Good(
        _office(
            "admission",
            "2016-01-05T09:00:00",
            f"enterprise/{MEMBER}",
            name="黔江示例机械有限公司",
            uscc=MEMBER,
            applied_on="2016-01-04",
            inquiries={"safety": "clear", "environment": "clear", "social-security": "clear", "tax": "clear"},
            conditions=_CONDITIONS,
        ),
        _OPEN,
    ),
    "agency.pool.recommendation.v1": Good(
        _office("recommendation", "2016-02-22T10:00:00", letter_no="推荐〔2016〕7号", uscc=MEMBER, lender=LENDER),
        _MEMBER,
    ),
    "bank.pool.decision.v1": Good(
        _lender("decision", "2016-02-24T10:00:00", outcome="approved", amount_fen=PRINCIPAL_FEN), _RECOMMENDED
    ),
    "bank.pool.decision.v1--declined": Good(
        _lender("decision", "2016-02-24T10:00:00", outcome="declined", reasons=["抵押物不足"]), _RECOMMENDED
    ),
    "bank.pool.contribution.v1": Good(
        _lender("contribution", "2016-02-25T10:00:00", amount_fen=CONTRIBUTION_FEN, payment_ref="C-1"), _APPROVED
    ),
    "bank.pool.contract.v1": Good(
        _lender(
            "contract",
            "2016-02-26T10:00:00",
            contract_no="借〔2016〕7号",
            principal_fen=PRINCIPAL_FEN,
            signed_on="2016-02-26",
            matures_on="2016-08-31",
            annual_rate="0.0500",
            comparable_rate="0.0560",
            collateral_value_fen=200_000_000,
            guarantee_contract_no="保〔2016〕7号",
            schedule=[{"due_on": "2016-08-31", "principal_fen": PRINCIPAL_FEN}],
        ),
        _CONTRIBUTED,
    ),
    "bank.pool.filing.v1": Good(
        _lender("filing", "2016-02-29T10:00:00", letter_no="备案〔2016〕7号", planned_disbursement_on="2016-03-02"),
        _CONTRACTED,
    ),
    "bank.pool.disbursement.v1": Good(
        _lender("disbursement", "2016-03-02T10:00:00", amount_fen=PRINCIPAL_FEN, payment_ref="D-1"), _FILED
    ),
    "bank.pool.repayment.v1": Good(
        _lender("repayment", "2016-08-31T16:00:00", amount_fen=PRINCIPAL_FEN + INTEREST_FEN, payment_ref="R-1"),
        _DISBURSED,
    ),
    "bank.pool.compensation-claim.v1": Good(
        _claim("2016-08-31T10:00:00", "contribution", PRINCIPAL_FEN, INTEREST_FEN, joint_finding_ref="认定〔2016〕1号"),
        _DISBURSED,
    ),
    "bank.pool.compensation-claim.v1--risk-fund": Good(
        _claim("2016-10-10T10:00:00", "risk-fund", LEFT_FEN, LEFT_INTEREST_FEN), _COMPENSATED
    ),
    "agency.pool.compensation-payment.v1": Good(
        _office(
            "compensation-payment",
            "2016-08-31T15:00:00",
            stage="contribution",
            amount_fen=CONTRIBUTION_FEN,
            payment_ref="K-1",
        ),
        _CLAIMED,
    ),
    "agency.pool.compensation-payment.v1--not-instructed": Good(
        _office(
            "compensation-payment",
            "2016-08-31T09:00:00",
            stage="contribution",
            amount_fen=PRINCIPAL_FEN + INTEREST_FEN,
            payment_ref="K-0",
        ),
        _DISBURSED,
    ),
    "agency.pool.compensation-payment.v1--risk-fund": Good(
        _office(
            "compensation-payment", "2016-10-10T11:00:00", stage="risk-fund", amount_fen=HALF_FEN, payment_ref="K-2"
        ),
        _SHARED,
    ),
    "bank.pool.direct-debit.v1": Good(
        _lender("direct-debit", "2016-09-01T09:30:00", amount_fen=CONTRIBUTION_FEN, payment_ref="B-1"), _CLAIMED
    ),
    "bank.pool.account-entry.v1": Good(
        _lender(
            "account-entry",
            "2016-02-25T16:00:00",
            ACCOUNT,
            direction="credit",
            amount_fen=CONTRIBUTION_FEN,
            purpose="contribution",
            ref="流水-1",
        ),
        _CONTRIBUTED,
    ),
    "bank.pool.recovery.v1": Good(
        _lender("recovery", "2016-10-20T10:00:00", gross_fen=200_000_000, costs_fen=1_000_000, penalties_fen=0), _PAID
    ),
    "agency.pool.evasion-finding.v1": Good(
        _office(
            "evasion-finding",
            "2016-11-01T10:00:00",
            evidence_ref="证〔2016〕1号",
            persons=[{"name": "张伟", "role": "法定代表人", "identity_digest": PERSON}],
        ),
        _PAID,
    ),
    "operator.credit.ruling.v1--blacklist": Good(
        _city(
            "operator.credit.ruling.v1",
            "2016-11-03T10:00:00",
            LOAN,
            ruling="retract",
            decision_no="决〔2016〕1号",
            who=f"person/{PERSON}",
        ),
        POOL_STAGES["pool evaded"],
    ),
    "agency.pool.closure.v1": Good(
        _office("closure", "2016-12-01T10:00:00", ACCOUNT, reason="不再办理助保贷业务"), _REPAID
    ),
}
