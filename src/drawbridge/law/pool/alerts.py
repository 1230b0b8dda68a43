"""Which events of a pool somebody should look at, how urgently, and when that is over."""

from drawbridge.law.alert import AlertRule, AlertRules, Rescission, always
from drawbridge.law.parties.alerts import SHARED_RULES

_RULES = {
    "pool.account.violated.v1": AlertRule(
        always("critical"), "专户资金异常 · pool account violated", "pool-account.md"
    ),
    "pool.loan.overdue.v1": AlertRule(always("high"), "助保贷逾期 · assisted loan overdue", "pool-overdue.md"),
    "pool.risk_window.lapsed.v1": AlertRule(
        always("high"), "补偿申请期已过 · risk window lapsed", "pool-risk-window.md"
    ),
    "pool.claim.late.v1": AlertRule(always("high"), "补偿申请逾期 · claim late", "pool-risk-window.md"),
    "pool.compensation.late.v1": AlertRule(
        always("high"), "风险补偿金未及时代偿 · compensation late", "pool-compensation-late.md"
    ),
    "pool.overpaid.v1": AlertRule(always("high"), "多还款 · overpaid", "overpaid.md"),
    "pool.instalment.missed.v1": AlertRule(always("warning"), "分期未还 · instalment missed", "pool-instalment.md"),
    "pool.filing.violated.v1": AlertRule(always("warning"), "未按期备案 · filing violated", "pool-filing.md"),
    "pool.amount.violated.v1": AlertRule(always("warning"), "发放金额不符 · amount violated", "pool-amount.md"),
    "pool.risk_fund.insufficient.v1": AlertRule(
        always("warning"), "风险补偿金不足 · risk fund insufficient", "pool-risk-fund.md"
    ),
}

_RESCINDS = {
    "pool.instalment.missed.rescinded.v1": Rescission("pool.instalment.missed.v1", "instalment"),
    "pool.loan.overdue.rescinded.v1": Rescission("pool.loan.overdue.v1"),
    "pool.risk_window.lapsed.rescinded.v1": Rescission("pool.risk_window.lapsed.v1"),
    "pool.compensation.late.rescinded.v1": Rescission("pool.compensation.late.v1"),
    "pool.filing.violated.rescinded.v1": Rescission("pool.filing.violated.v1"),
}

POOL_ALERTS = AlertRules(
    rules=_RULES | SHARED_RULES,
    rescinds=_RESCINDS,
    # the account ends with its pool: what was wrong with it is over then, as with a case that is closed
    closes=frozenset({"pool.loan.closed.v1", "pool.loan.declined.v1", "pool.refunded.v1"}),
    clearable=frozenset({"pool", "account"}),
)
