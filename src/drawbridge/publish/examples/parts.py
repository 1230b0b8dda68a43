"""What the examples are made of: banks, accounts, an enterprise, and the envelope around the data."""

from typing import Any, get_args

from drawbridge.bank.messages.application import Material

Message = dict[str, Any]

SCHEME = "zhenjiang-2013"
OPERATOR = "urn:operator:zhenjiang-finance-bureau"
#: a main bank (主办银行) and an original bank (原贷款银行)
MAIN, ORIGINAL = "402314000025", "102314000033"
CASE = f"bridge/{ORIGINAL}/N-2014-17"
PRINCIPAL_FEN = 180_000_000

PAYEE = {"name": "待核销贷款户", "number": "1101040001234567", "bank_code": ORIGINAL}
COLLECTION = {"name": "周转贷款回收户", "number": "3210000099998888", "bank_code": MAIN}
ENTERPRISE = {"name": "镇江示例机械有限公司", "uscc": "91321100MA1W20011N"}
APPLICANT = ENTERPRISE | {
    "industry": "C34 通用设备制造业",
    "established_on": "2010-05-01",
    "district": "京口区",
    "size": "small",
    "nurtured": False,
}
MATERIALS = list(get_args(Material))


def message(type_: str, time: str, data: dict[str, Any], *, subject: str = CASE, source: str = OPERATOR) -> Message:
    """Return an envelope around the data; its `id` is given by whoever names the example.

    Args:
        type_: the message's type.
        time: local time in Zhenjiang, without offset.
        data: the message's own fields.
        subject: the case, unless it is the usual one.
        source: the sender's URN.
    """
    return {
        "specversion": "1.0",
        "id": "",
        "source": source,
        "type": type_,
        "subject": subject,
        "time": f"{time}+08:00",
        "scheme": SCHEME,
        "datacontenttype": "application/json",
        "data": data,
    }


def by_bank(code: str, type_: str, time: str, subject: str = CASE, **data: Any) -> Message:
    """Return a bank's message."""
    return message(type_, time, data, subject=subject, source=f"urn:bank:{code}")


def by_operator(type_: str, time: str, subject: str, **data: Any) -> Message:
    """Return an operator's message."""
    return message(type_, time, data, subject=subject)


def changed(base: Message, path: str, value: Any) -> Message:
    """Return a copy in which the value at a dotted path is another one, or is left out when it is `...`."""
    head, _, rest = path.partition(".")
    copy = dict(base)
    if rest:
        copy[head] = changed(copy[head], rest, value)
    elif value is ...:
        del copy[head]
    else:
        copy[head] = value
    return copy
