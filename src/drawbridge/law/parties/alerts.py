"""Alerts that every scheme raises."""

from drawbridge.law.alert import AlertRule, always

SHARED_RULES = {
    "movement.refused.v1": AlertRule(
        always("critical"), "资金划转被拒 · movement of money refused", "movement-refused.md"
    ),
    "lapse.contested.v1": AlertRule(always("high"), "认定存在争议 · lapse contested", "contested.md"),
}
