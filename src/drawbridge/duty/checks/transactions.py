"""Transactions on the broker that do not end: whoever reads committed records sees nothing behind them."""

from datetime import datetime

from aiokafka import TopicPartition

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.duty.finding import Finding, fail, ok
from drawbridge.duty.patient import Side
from drawbridge.topics import TopicPlan


async def check_transactions(side: Side, plans: list[TopicPlan]) -> list[Finding]:
    """Compare each topic's last stable offset with its end: a transaction of ours ends within its timeout."""
    if side.broker.embedded:
        return [ok("transactions", "the embedded broker knows none")]
    there = await side.broker.topics()
    places = [
        TopicPartition(plan.name, number)
        for plan in plans
        if plan.name in there
        for number in range(await side.broker.partitions(plan.name))
    ]
    stable, ends = await side.stable.end_offsets(places), await side.watermarks.end_offsets(places)
    allowed_s = 2 * side.broker.settings.transaction_timeout_ms / 1000
    found = []
    for place in sorted(place for place in places if stable[place] < ends[place]):
        age_s = await _open_for(side, place, stable[place])
        if age_s > allowed_s:
            said = f"{place.topic}/{place.partition}: a transaction is open at offset {stable[place]} for {age_s:.0f} s"
            advice = (
                "readers of committed records wait behind it: kafka-transactions.sh find-hanging names it, and abort"
                f" --topic {place.topic} --partition {place.partition} --start-offset {stable[place]} ends it; a"
                " sender's own transaction is the sender's to end"
            )
            found.append(fail("transactions", said, advice))
    return found or [ok("transactions", f"none is open for over {allowed_s:.0f} s on {len(places)} partitions")]


async def _open_for(side: Side, place: TopicPartition, offset: int) -> float:
    """Return for how many seconds the first record of an open transaction has been there."""
    side.watermarks.assign([place])
    side.watermarks.seek(place, offset)
    record = await side.watermarks.getone(place)
    return datetime.now(SHANGHAI).timestamp() - float(record.timestamp) / 1000
