"""Good examples of what a bank says, from the notice to the monthly report."""

from drawbridge.publish.examples.parts import (
    APPLICANT,
    COLLECTION,
    ENTERPRISE,
    MAIN,
    MATERIALS,
    ORIGINAL,
    PAYEE,
    PRINCIPAL_FEN,
    by_bank,
    changed,
)
from drawbridge.publish.examples.stages import STAGES, Good

_NOTICE = by_bank(
    ORIGINAL,
    "bank.bridge.notice.v1",
    "2014-03-10T10:00:00",
    notice_no="N-2014-17",
    main_bank=MAIN,
    enterprise=ENTERPRISE,
    original_loan={"contract_no": "L-2013-88", "principal_fen": PRINCIPAL_FEN, "matures_on": "2014-04-10"},
    mortgage_registered=True,
    formalities_completed_on="2014-03-07",
    renewal={"amount_fen": PRINCIPAL_FEN, "promised_on": "2014-04-18"},
    payee_account=PAYEE,
    collection_account=COLLECTION,
    handler={"department": "公司业务部", "name": "李强", "phone": "13805281234"},
)
_APPLICATION = by_bank(
    MAIN,
    "bank.bridge.application.v1",
    "2014-03-17T09:30:00",
    enterprise=APPLICANT,
    amount_fen=PRINCIPAL_FEN,
    materials=MATERIALS,
)
_REVIEW = by_bank(
    MAIN,
    "bank.bridge.review.v1",
    "2014-03-18T15:00:00",
    outcome="approved",
    approved_amount_fen=PRINCIPAL_FEN,
    original_bank_confirmed_on="2014-03-18",
    applicant_notified_on="2014-03-18",
)
_DECLINE = by_bank(
    MAIN,
    "bank.bridge.review.v1",
    "2014-03-18T15:00:00",
    outcome="declined",
    reasons=["近期财务报表不完整"],
    applicant_notified_on="2014-03-18",
)
_CONTRACT = by_bank(
    MAIN,
    "bank.bridge.contract.v1",
    "2014-03-25T10:00:00",
    contract_no="ZZ-2014-17",
    principal_fen=PRINCIPAL_FEN,
    term_working_days=15,
    annual_rate="0.0560",
    guarantors=[{"name": "张伟", "relation": "owner"}, {"name": "刘芳", "relation": "spouse"}],
    entrustment_letter_no="WT-2014-17",
)
_DISBURSEMENT = by_bank(
    MAIN,
    "bank.bridge.disbursement.v1",
    "2014-04-08T10:00:00",
    payment_ref="P-1",
    amount_fen=PRINCIPAL_FEN,
    payee_account=PAYEE,
)
_SETTLEMENT = by_bank(
    ORIGINAL,
    "bank.bridge.settlement.v1",
    "2014-04-08T14:00:00",
    payment_ref="P-2",
    amount_fen=PRINCIPAL_FEN,
    original_contract_no="L-2013-88",
)
_RENEWAL = by_bank(
    ORIGINAL,
    "bank.bridge.renewal.v1",
    "2014-04-16T10:00:00",
    payment_ref="P-3",
    renewal_contract_no="L-2014-88",
    amount_fen=PRINCIPAL_FEN,
)
_FORWARDING = by_bank(
    ORIGINAL,
    "bank.bridge.forwarding.v1",
    "2014-04-16T11:00:00",
    payment_ref="P-4",
    amount_fen=PRINCIPAL_FEN,
    payee_account=COLLECTION,
)
_REPAYMENT = by_bank(
    MAIN,
    "bank.bridge.repayment.v1",
    "2014-04-16T15:00:00",
    payment_ref="P-5",
    amount_fen=PRINCIPAL_FEN + 224_000,
    payer="original-bank",
    payer_account={"name": ENTERPRISE["name"], "number": "1101040007654321", "bank_code": ORIGINAL},
)
_EXTENSION = by_bank(
    MAIN, "bank.bridge.extension.v1", "2014-04-15T10:00:00", term_working_days=20, reason="续贷审批尚未完成"
)
_REFUSAL = by_bank(ORIGINAL, "bank.bridge.refusal.v1", "2014-04-10T10:00:00", reason="授信政策调整")

#: by name
BANK_EXAMPLES: dict[str, Good] = {
    "bank.bridge.notice.v1": Good(_NOTICE, STAGES["open"]),
    "bank.bridge.notice.v1--organisation-code": Good(
        changed(_NOTICE, "data.enterprise", {"name": ENTERPRISE["name"], "org_code": ENTERPRISE["uscc"][8:17]}),
        STAGES["open"],
    ),
    "bank.bridge.notice.v1--large": Good(
        changed(_NOTICE, "data.original_loan.principal_fen", 600_000_000), STAGES["open"]
    ),
    "bank.bridge.application.v1": Good(_APPLICATION, STAGES["noticed"]),
    "bank.bridge.application.v1--sole-proprietor": Good(
        changed(
            changed(_APPLICATION, "data.enterprise.size", "sole-proprietor"),
            "data.materials",
            [name for name in MATERIALS if name != "organisation-code"],
        ),
        STAGES["noticed"],
    ),
    "bank.bridge.review.v1": Good(_REVIEW, STAGES["applied"]),
    "bank.bridge.review.v1--declined": Good(_DECLINE, STAGES["applied"]),
    "bank.bridge.contract.v1": Good(_CONTRACT, STAGES["approved"]),
    "bank.bridge.contract.v1--unmarried": Good(
        changed(
            changed(_CONTRACT, "data.guarantors", [{"name": "张伟", "relation": "owner"}]),
            "data.unmarried_declaration_no",
            "DS-2014-3",
        ),
        STAGES["approved"],
    ),
    "bank.bridge.disbursement.v1": Good(_DISBURSEMENT, STAGES["contracted"]),
    "bank.bridge.disbursement.v1--after-withdrawal": Good(
        _DISBURSEMENT, (*STAGES["contracted"], "bank.bridge.withdrawal.v1")
    ),
    "bank.bridge.settlement.v1": Good(_SETTLEMENT, STAGES["disbursed"]),
    "bank.bridge.renewal.v1": Good(_RENEWAL, STAGES["settled"]),
    "bank.bridge.forwarding.v1": Good(_FORWARDING, STAGES["renewed"]),
    "bank.bridge.repayment.v1": Good(_REPAYMENT, STAGES["repaid"][:-1]),
    "bank.bridge.repayment.v1--overpaid": Good(
        by_bank(
            MAIN,
            "bank.bridge.repayment.v1",
            "2014-04-17T09:00:00",
            payment_ref="P-6",
            amount_fen=50_000_000,
            payer="applicant",
            payer_account=_REPAYMENT["data"]["payer_account"],
        ),
        STAGES["repaid"],
    ),
    "bank.bridge.extension.v1": Good(_EXTENSION, STAGES["settled"]),
    "bank.bridge.abandonment.v1": Good(
        by_bank(ORIGINAL, "bank.bridge.abandonment.v1", "2014-04-10T10:00:00", reason="企业自愿放弃续贷"),
        STAGES["settled"],
    ),
    "bank.bridge.refusal.v1": Good(_REFUSAL, STAGES["settled"]),
    "bank.bridge.withdrawal.v1": Good(
        by_bank(MAIN, "bank.bridge.withdrawal.v1", "2014-03-27T10:00:00", reason="企业自行筹措资金还款"),
        STAGES["contracted"],
    ),
    "bank.bridge.seizure.v1": Good(
        by_bank(
            MAIN,
            "bank.bridge.seizure.v1",
            "2014-04-11T09:00:00",
            order_no="(2014)镇执字第88号",
            authority="镇江市京口区人民法院",
            object="基本存款账户",
        ),
        STAGES["settled"],
    ),
    "bank.report.filing.v1": Good(
        by_bank(
            MAIN,
            "bank.report.filing.v1",
            "2014-05-08T10:00:00",
            f"report/{MAIN}/2014-04",
            document_digest="9a" * 32,
        ),
        STAGES["repaid"],
    ),
}
