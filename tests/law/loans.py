"""Loans side by side: the worked case of a standard loan, told again under other numbers and of other enterprises."""

import json

from worked_case import CASES, read_case

STANDARD = read_case(CASES / "standard-loan.yaml")
PRELUDE = [step.line for step in STANDARD.begin]


def loan_lines(number: int, until: str) -> list[bytes]:
    """The standard loan's messages up to one, under another number and of another enterprise."""
    lines = []
    for step in STANDARD.steps:
        text = step.line.decode().replace("甲1", f"N-{number}")
        message = json.loads(text)
        message["id"] = f"{number}-{message['id']}"
        if message["type"].startswith("bank.report"):
            break
        enterprise = message["data"].get("enterprise")
        if enterprise is not None:
            enterprise.pop("uscc", None)
            enterprise["org_code"] = f"{number:09}"
        lines.append((message["time"], json.dumps(message).encode()))
        if message["type"] == f"bank.bridge.{until}.v1":
            break
    return [line for _, line in lines]


def many_loans(count: int, until: str) -> list[bytes]:
    """That many loans side by side, their messages in order of time."""
    by_step = zip(*(loan_lines(number, until) for number in range(count)), strict=True)
    return [line for step in by_step for line in step]


def lending(count: int) -> list[bytes]:
    """Loans that are paid out on one day, and long after all their deadlines a word on something else."""
    lines = [line.replace(b"5000000000", b"900000000000") for line in PRELUDE] + many_loans(count, "settlement")
    later = json.loads(lines[0]) | {"id": "much-later", "time": "2014-12-01T09:00:00+08:00"}
    return [*lines, json.dumps(later).encode()]
