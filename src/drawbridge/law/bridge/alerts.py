"""Which events of a bridge loan somebody should look at, how urgently, and when that is over."""

from collections.abc import Mapping
from typing import Any

from drawbridge.law.alert import AlertRule, AlertRules, Rescission, always
from drawbridge.law.parties.alerts import SHARED_RULES


def _neared(data: Mapping[str, Any]) -> str:
    """Return how urgent a deadline is that draws near: a provisional one may move, so somebody looks earlier."""
    working_days_left = data["working_days_left"]
    if working_days_left <= 1:
        return "high"
    return "warning" if working_days_left <= 3 or data.get("provisional") else "info"  # noqa: PLR2004 - the timer near-3


def _revoked(data: Mapping[str, Any]) -> str | None:
    """Tell of a breach that a ruling undid; one that a late fact undid only clears its alert."""
    return "info" if data.get("ruling") == "revoked" else None


_RULES = {
    "bridge.defaulted.v1": AlertRule(always("critical"), "周转贷款违约 · bridge loan in default", "defaulted.md"),
    "bank.breached.v1": AlertRule(always("critical"), "原贷款银行违约 · original bank in breach", "breached.md"),
    "bridge.entrusted_payment.violated.v1": AlertRule(
        always("critical"), "受托支付不符 · entrusted payment violated", "entrusted-payment.md"
    ),
    "bridge.settlement.missed.v1": AlertRule(
        always("critical"), "原贷款未结清 · old loan not settled", "settlement-missed.md"
    ),
    "bridge.overdue.v1": AlertRule(always("high"), "周转贷款逾期 · bridge loan overdue", "overdue.md"),
    "bridge.overpaid.v1": AlertRule(always("high"), "多还款 · overpaid", "overpaid.md"),
    "bridge.deadline.neared.v1": AlertRule(_neared, "还款期限将至 · deadline draws near", "deadline-near.md"),
    "bridge.service_level.missed.v1": AlertRule(
        always("warning"), "审批时限已过 · service level missed", "service-level.md"
    ),
    "bridge.order.violated.v1": AlertRule(always("warning"), "未按先后顺序 · order violated", "order-violated.md"),
    "report.due.v1": AlertRule(always("warning"), "统计表未报送 · monthly report due", "report-due.md"),
    "deposit.penalty.confirmed.v1": AlertRule(always("info"), "扣减存款已裁定 · penalty upheld", "penalty-ruled.md"),
    "deposit.penalty.dismissed.v1": AlertRule(
        always("info"), "扣减存款不予支持 · penalty dismissed", "penalty-ruled.md"
    ),
    "bank.breach.rescinded.v1": AlertRule(_revoked, "扣减存款裁定撤销 · penalty revoked", "penalty-ruled.md"),
    "bank.reinstated.v1": AlertRule(always("info"), "银行恢复资格 · bank reinstated", "reinstated.md"),
}

_RESCINDS = {
    "bridge.overdue.rescinded.v1": Rescission("bridge.overdue.v1"),
    "bridge.default.rescinded.v1": Rescission("bridge.defaulted.v1"),
    "bank.breach.rescinded.v1": Rescission("bank.breached.v1"),
    "bridge.settlement.rescinded.v1": Rescission("bridge.settlement.missed.v1"),
    "bridge.service_level.rescinded.v1": Rescission("bridge.service_level.missed.v1", "step"),
    "report.due.rescinded.v1": Rescission("report.due.v1"),
}

BRIDGE_ALERTS = AlertRules(
    rules=_RULES | SHARED_RULES,
    rescinds=_RESCINDS,
    closes=frozenset({"bridge.closed.v1", "bridge.declined.v1", "bridge.withdrawn.v1"}),
    clearable=frozenset({"bridge", "report"}),
)
