"""Clocks: this machine's, the database's, the brokers'. Nothing is written to learn them.

A broker tells its time in the append times of the senders' records. Intake notes that time on what it forwards, which
carries intake's own: of many, the least difference is how far the two clocks differ at most, forwarding included.
"""

import time

import asyncpg
from aiokafka import TopicPartition

from drawbridge.duty.finding import Finding, fail, ok, warn
from drawbridge.duty.patient import Side
from drawbridge.gateway.facts import from_record

#: how many of the last facts of a partition are looked at, and of how many one at least was surely forwarded at once
_LAST, _ENOUGH = 50, 10
#: what a broker's record says of a timestamp that its producer gave it
_CREATE_TIME = 0
_SYNCHRONISE = "have all machines follow the same time servers (chrony, ntpd)"


async def check_database_clock(pool: asyncpg.Pool, margin_s: float) -> list[Finding]:
    """Compare this machine's clock with the database's."""
    before = time.time()
    told = await pool.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8")
    drift_s = told - (before + time.time()) / 2
    said = f"the database's clock is {abs(drift_s):.1f} s {'ahead of' if drift_s > 0 else 'behind'} this one"
    return [ok("clocks", said) if abs(drift_s) <= margin_s else warn("clocks", said, _SYNCHRONISE)]


async def check_broker_clock(side: Side, margin_s: float) -> list[Finding]:
    """Compare the brokers' clocks with this machine's and intake's, as far as the last records tell."""
    if side.broker.embedded:
        return [ok("clocks", "the embedded broker keeps no time of its own")]
    ahead_s, behind_s = [], []
    for place in await side.facts():
        for recorded_s, forwarded_s in await _last(side, place):
            ahead_s.append(recorded_s - time.time())
            behind_s.append(forwarded_s - recorded_s)
    if not ahead_s:
        return [ok("clocks", "nothing was received yet that would tell the broker's clock")]
    found = []
    if max(ahead_s) > margin_s:
        found.append(fail("clocks", f"the broker's clock is {max(ahead_s):.1f} s ahead of this one", _SYNCHRONISE))
    if min(behind_s) < -margin_s:
        said = f"the broker's clock is at least {-min(behind_s):.1f} s ahead of intake's"
        found.append(fail("clocks", said, _SYNCHRONISE))
    if min(behind_s) > margin_s and len(behind_s) >= _ENOUGH:
        said = f"the broker's clock is behind intake's, or forwarding takes long: {min(behind_s):.1f} s at the least"
        advice = (
            f"{_SYNCHRONISE}; or raise DRAWBRIDGE_CLOCK_MARGIN_MS: else a deadline may pass before a record in time"
        )
        found.append(warn("clocks", said, advice))
    least_s = max(0.0, min(behind_s))
    said = f"the broker's clock is at most {least_s:.1f} s behind intake's, by the last {len(behind_s)} records"
    return found or [ok("clocks", said)]


async def _last(side: Side, place: TopicPartition) -> list[tuple[float, float]]:
    """Return of a partition's last facts when the broker recorded each and when intake forwarded it, in seconds."""
    end = (await side.stable.end_offsets([place]))[place]
    start = max(end - _LAST, (await side.stable.beginning_offsets([place]))[place])
    found = []
    side.stable.assign([place])
    side.stable.seek(place, start)
    while await side.stable.position(place) < end:
        for record in (await side.stable.getmany(place, timeout_ms=200)).get(place, []):
            if record.timestamp_type == _CREATE_TIME:
                fact = from_record(record.value or b"", record.headers)
                found.append((fact.recorded_at.timestamp(), record.timestamp / 1000))
    return found
