"""Both cities' schemes in one gateway, with a bank that is a party in both."""

from datetime import date
from itertools import chain, zip_longest
from pathlib import Path
from uuid import uuid4

import orjson
from conftest import Broker
from running_service import CASES, SCHEME
from two_cities import IN_BOTH, LENDER, POOL, TwoCities

from drawbridge import shipped
from drawbridge.sending import sender_and_key
from drawbridge.simulate import Plan, simulate

PLAN = Plan(POOL, 4, 6, date(2015, 6, 15), date(2016, 12, 30), 0.6, shipped.calendar())
REFUSAL = (CASES / "2-refusal.ndjson").read_bytes().replace(b'"m-', b'"n-')  # both cases number their messages alike
BRIDGE_LINES = sorted(
    [*(CASES / "3-default.ndjson").read_bytes().splitlines(), *REFUSAL.splitlines()],
    key=lambda line: str(orjson.loads(line)["time"]),
)
POOL_LINES = [line.replace(LENDER, IN_BOTH) for line in simulate(PLAN)]


async def test_each_scheme_is_decided_as_if_it_were_alone(broker: Broker, database: str, tmp_path: Path) -> None:
    """Journals are their replays; a bank suspended in one scheme lends in the other; the feed has each record's key."""
    cities = TwoCities(broker.address, database, f"{uuid4().hex[:8]}.", tmp_path, embedded=broker.embedded)
    cities.prepare()
    cities.start()
    try:
        async with cities.letterbox() as box:
            for line in filter(None, chain(*zip_longest(BRIDGE_LINES, POOL_LINES))):
                sender, key = sender_and_key(line)
                if sender is not None:  # garbage is nobody's
                    await box.ask(sender, key, line)
        journals = {scheme: cities.exported("events", scheme) for scheme in (SCHEME, POOL)}
        told = set()
        for scheme, journal in journals.items():
            assert cities.replayed(scheme=scheme) == journal
            cities.run("verify", "-", data=b"\n".join(journal))
            credit = [event for event in map(orjson.loads, journal) if event["type"].startswith("credit.")]
            told |= {f"{scheme}/{event['subject']}/{event['data']['case']}" for event in credit}

        suspended = b'"type":"bank.suspended.v1"'
        assert any(suspended in line and IN_BOTH in line for line in journals[SCHEME])
        assert not any(suspended in line for line in journals[POOL])
        assert any(b'"subject":"pool/' + IN_BOTH in line for line in journals[POOL])

        feed = cities.read("credit.records", lambda found: len({record.key for record in found}) >= len(told))
        assert {record.key.decode() for record in feed} == told
    finally:
        cities.stop_all()
