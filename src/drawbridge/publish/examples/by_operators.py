"""Good examples of what an operator says: enrolments, deposits, rulings, the calendar."""

from drawbridge.publish.examples.parts import CASE, MAIN, ORIGINAL, PRINCIPAL_FEN, Message, by_operator, changed
from drawbridge.publish.examples.stages import STAGES, Good


def _enrolment(code: str, name: str, *roles: str) -> Message:
    return by_operator(
        "operator.bank.enrolment.v1",
        "2013-11-06T09:00:00",
        f"bank/{code}",
        name=name,
        roles=list(roles),
        letter_no=f"公函〔2013〕{code[-2:]}号",
        department="小企业信贷中心",
        handlers=[{"name": "王敏", "phone": "13905281234"}],
        seal_digest="3f" * 32,
        keys={
            "keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]
        },
        since="2013-11-06",
    )


_PLACEMENT = by_operator(
    "operator.deposit.placement.v1",
    "2013-11-07T09:30:00",
    f"bank/{MAIN}",
    kind="special-fund",
    amount_fen=10_000_000_000,
    on="2013-11-07",
)
#: by name
OPERATOR_EXAMPLES: dict[str, Good] = {
    "operator.bank.enrolment.v1": Good(_enrolment(MAIN, "镇江农村商业银行", "main")),
    "operator.bank.enrolment.v1--original-bank": Good(_enrolment(ORIGINAL, "示例银行镇江分行", "original")),
    "operator.bank.enrolment.v1--both-roles": Good(_enrolment(MAIN, "镇江农村商业银行", "main", "original")),
    "operator.bank.enrolment.v1--amended": Good(
        changed(
            changed(_enrolment(MAIN, "镇江农村商业银行", "main"), "data.branches", ["402314000114"]),
            "time",
            "2014-01-06T09:00:00+08:00",
        ),
        STAGES["enrolled"],
    ),
    "operator.deposit.placement.v1": Good(_PLACEMENT, STAGES["enrolled"]),
    "operator.deposit.placement.v1--fiscal": Good(
        changed(changed(_PLACEMENT, "subject", f"bank/{ORIGINAL}"), "data.kind", "fiscal"), STAGES["enrolled"]
    ),
    "operator.deposit.adjustment.v1": Good(
        by_operator(
            "operator.deposit.adjustment.v1",
            "2014-02-20T10:00:00",
            f"bank/{MAIN}",
            kind="special-fund",
            delta_fen=-500_000_000,
            reason="检查未达要求",
        ),
        STAGES["open"],
    ),
    "operator.bank.reinstatement.v1": Good(
        by_operator(
            "operator.bank.reinstatement.v1", "2014-06-10T09:00:00", f"bank/{ORIGINAL}", ruling_no="镇财〔2014〕31号"
        ),
        STAGES["refused"],
    ),
    "operator.calendar.v1": Good(
        by_operator(
            "operator.calendar.v1",
            "2013-12-11T16:00:00",
            "calendar/CN",
            year=2014,
            off=[
                {"from": "2014-01-01", "to": "2014-01-01"},
                {"from": "2014-01-31", "to": "2014-02-06"},
                {"from": "2014-04-05", "to": "2014-04-07"},
                {"from": "2014-05-01", "to": "2014-05-03"},
                {"from": "2014-05-31", "to": "2014-06-02"},
                {"from": "2014-09-06", "to": "2014-09-08"},
                {"from": "2014-10-01", "to": "2014-10-07"},
            ],
            work=["2014-01-26", "2014-02-08", "2014-05-04", "2014-09-28", "2014-10-11"],
            document_no="国办发明电〔2013〕28号",
            issued_on="2013-12-11",
        )
    ),
    "operator.penalty.ruling.v1": Good(
        by_operator(
            "operator.penalty.ruling.v1", "2014-04-28T10:00:00", CASE, ruling="upheld", default_amount_fen=PRINCIPAL_FEN
        ),
        STAGES["refused"],
    ),
    "operator.penalty.ruling.v1--dismissed": Good(
        by_operator("operator.penalty.ruling.v1", "2014-04-28T10:00:00", CASE, ruling="dismissed"), STAGES["refused"]
    ),
    "operator.credit.ruling.v1": Good(
        by_operator(
            "operator.credit.ruling.v1", "2014-05-20T10:00:00", CASE, ruling="drop", decision_no="镇信〔2014〕5号"
        ),
        STAGES["refused"],
    ),
}
