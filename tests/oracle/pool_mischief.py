"""What should be refused in the assisted loan's scheme: well-formed fields that are wrong, envelopes gone astray."""

from __future__ import annotations

from .mischief import ENVELOPES, Choices, Trouble
from .pool_papers import LENDERS, NO_LENDER, OTHER_AGENCY, codes
from .pool_shapes import CONDITIONS

STRANGER = codes(77)[0]["uscc"]
SLIPS: dict[str, Choices] = {
    "agency.pool.placement.v1": (("expected_lending_fen", 9_000_000_001), ("year", 2016), ("amount_fen", 1)),
    "agency.pool.admission.v1": (
        ("inquiries.tax", "objection"),
        ("inquiries.safety", "objection"),
        ("inquiries.safety", ...),
        ("conditions", list(CONDITIONS[1:])),
        ("conditions", []),
        ("conditions", [*CONDITIONS, *CONDITIONS[:2]]),
        ("applied_on", "2015-12-10"),
        ("applied_on", "2015-12-11"),
        ("applied_on", "2016-01-31"),
        ("uscc", STRANGER),
    ),
    "agency.pool.recommendation.v1": (("lender", NO_LENDER), ("lender", LENDERS[0]), ("letter_no", "")),
    "bank.pool.decision.v1": (
        ("amount_fen", 1_000_000_000),
        ("amount_fen", 1_000_000_001),
        ("amount_fen", 500_000_001),
        ("amount_fen", ...),
        ("outcome", "declined"),
        ("reasons", ["x"]),
    ),
    "bank.pool.contract.v1": (
        ("principal_fen", 900_000_000),
        ("principal_fen", 1_000),
        ("signed_on", "2015-06-01"),
        ("signed_on", "2027-06-01"),
        ("matures_on", "2027-12-31"),
        ("annual_rate", "0.0701"),
        ("annual_rate", "0.07"),
        ("annual_rate", "7.0"),
        ("comparable_rate", "0.01"),
        ("collateral_value_fen", 0),
        ("collateral_value_fen", 1),
        ("guarantee_contract_no", ""),
        ("guarantee_contract_no", ...),
        ("schedule", []),
        ("schedule", [{"due_on": "2016-03-01", "principal_fen": 100_000_000}]),
    ),
    "bank.pool.compensation-claim.v1": (
        ("stage", "risk-fund"),
        ("stage", "contribution"),
        ("joint_finding_ref", ""),
        ("joint_finding_ref", ...),
        ("outstanding_principal_fen", 1),
        ("outstanding_interest_fen", 0),
    ),
    "agency.pool.compensation-payment.v1": (("stage", "risk-fund"), ("stage", "contribution"), ("amount_fen", 1)),
    "bank.pool.account-entry.v1": (
        ("direction", "debit"),
        ("direction", "credit"),
        ("purpose", "other"),
        ("purpose", "compensation"),
        ("confirmation_ref", ""),
        ("confirmation_ref", ...),
    ),
    "bank.pool.recovery.v1": (("costs_fen", 2**53 - 1), ("gross_fen", 0), ("penalties_fen", -1)),
    "agency.pool.evasion-finding.v1": (
        ("persons", []),
        ("persons", [{"name": "周强", "role": "股东", "identity_digest": "A1" * 32}]),
    ),
    "operator.credit.ruling.v1": (("ruling", "retract"), ("ruling", "raise"), ("who", "person/x"), ("who", ...)),
}
COMMON = [one for one in ENVELOPES if one[0] not in ("source", "type", "subject", "scheme")]
OF_POOL = Trouble(
    SLIPS,
    (
        *COMMON,
        ("source", "urn:bank:999999999999"),
        ("source", f"urn:bank:{NO_LENDER}"),
        ("source", f"urn:bank:{LENDERS[1]}"),
        ("source", OTHER_AGENCY),
        ("source", "urn:operator:somebody"),
        ("type", "bank.pool.unknown.v1"),
        ("type", "bank.pool.contract.v2"),
        ("type", "bank.bridge.notice.v1"),
        ("type", "bank.report.filing.v1"),
        ("type", "operator.deposit.placement.v1"),
        ("type", "operator.deposit.adjustment.v1"),
        ("type", "operator.bank.reinstatement.v1"),
        ("type", "operator.penalty.ruling.v1"),
        ("type", 1),
        ("subject", f"pool/{LENDERS[0]}"),
        ("subject", f"pool/{LENDERS[0]}/NO-SUCH"),
        ("subject", "account/"),
        ("subject", "account/other"),
        ("subject", f"enterprise/{STRANGER}"),
        ("subject", f"bridge/{LENDERS[0]}/1"),
        ("subject", None),
        ("scheme", "nowhere-2020"),
        ("scheme", "zhenjiang-2013"),
    ),
)
