"""Who speaks in the demo, and how their messages are written."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson

RURAL = "402314000025"
FIRST, SECOND, THIRD = "105314000041", "104314000058", "102314000033"
LENDER = "105688000013"
NAMES = {
    RURAL: "镇江农村商业银行",
    FIRST: "甲银行镇江分行",
    SECOND: "乙银行镇江分行",
    THIRD: "丙银行镇江分行",
    LENDER: "建行黔江支行",
}
OPERATORS, AGENCIES = ("finance-bureau", "qianjiang-finance-bureau"), ("qianjiang-office",)


@dataclass(slots=True)
class Post:
    """Writes one scheme's messages in order of receipt, each recorded at the moment at which it happened."""

    scheme: str
    operator: str
    agency: str = ""
    sent: int = 0
    paid: Counter[str] = field(default_factory=Counter)
    """By loan: its payments so far."""

    def payment_ref(self, loan: str) -> str:
        """Return a number for the next payment of a loan."""
        self.paid[loan] += 1
        return f"{loan}-{self.paid[loan]}"

    def write(self, source: str, type_: str, subject: str, at: str, data: dict[str, Any]) -> bytes:
        """Write one message.

        Args:
            source: `operator`, `agency`, or the bank's code.
            type_: without the version.
            subject: the case.
            at: when it happened and was recorded, `YYYY-MM-DDThh:mm`, in the law's zone.
            data: the message's own fields.
        """
        self.sent += 1
        instant = f"{at}:00+08:00"
        speakers = {"operator": f"urn:operator:{self.operator}", "agency": f"urn:agency:{self.agency}"}
        envelope = {
            "specversion": "1.0",
            "id": f"demo-{self.sent}",
            "source": speakers.get(source, f"urn:bank:{source}"),
            "type": f"{type_}.v1",
            "subject": subject,
            "time": instant,
            "recordedtime": instant,
            "scheme": self.scheme,
            "datacontenttype": "application/json",
            "data": data,
        }
        return orjson.dumps(envelope)

    def enrolment(self, bank: str, at: str, role: str, letter_no: str) -> bytes:
        """The operator enrols a bank by its public letter."""
        data = {
            "name": NAMES[bank],
            "roles": [role],
            "letter_no": letter_no,
            "department": "小企业信贷服务中心",
            "handlers": [{"name": "王敏", "phone": "13900000000"}],
            "seal_digest": "0" * 64,
            "keys": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]},
            "since": at[:10],
        }
        return self.write("operator", "operator.bank.enrolment", f"bank/{bank}", at, data)
