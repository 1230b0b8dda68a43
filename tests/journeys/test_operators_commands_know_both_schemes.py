"""Two schemes in one database: each of the operator's commands keeps them apart."""

from dataclasses import replace
from pathlib import Path

import pytest
from desk_alone import SANDBOX, SCHEME, DeskAlone
from product import Product, product
from two_cities import AGENCY, BRIDGE_LINES, LINES, POOL, POOL_LINES, POOL_OPERATOR

from drawbridge.record.owed import Outbox

SETTINGS = replace(
    SANDBOX, operators=(*SANDBOX.operators, POOL_OPERATOR), agencies=(AGENCY,), snapshot_events=len(LINES)
)
BRIDGE = SCHEME.id


@pytest.fixture
async def both(desk_alone: DeskAlone, database: str) -> Product:
    """A database with both schemes, all of it published and written down, and the commands that speak to it."""
    desk_alone.settings = SETTINGS
    desk = await desk_alone.open()
    await desk_alone.say(desk, LINES)
    await desk.save()
    await Outbox(desk_alone.pool).remember(0, desk.writer.position)
    return product(database)


def replayed(run: Product, lines: list[bytes], scheme: str, folder: Path) -> str:
    """Return the journal that a scheme's messages give by themselves."""
    file = folder / f"{scheme}.ndjson"
    file.write_bytes(b"\n".join(lines))
    return run("replay", str(file), "--scheme", scheme, "--show", "events").stdout


async def test_each_scheme_is_verified_exported_and_explained_by_itself(both: Product, tmp_path: Path) -> None:
    """A line of `verify` a scheme; what is exported is what the scheme's messages give alone; a case has one page."""
    journals = {}
    for scheme, lines in ((BRIDGE, BRIDGE_LINES), (POOL, POOL_LINES)):
        journals[scheme] = both("export", "events", "--scheme", scheme).stdout
        assert journals[scheme] == replayed(both, lines, scheme, tmp_path)
    counts = {scheme: len(journal.splitlines()) for scheme, journal in journals.items()}
    verified = both("verify").stdout.splitlines()
    assert [line.split(" events")[0] for line in verified] == [f"{scheme}: {n}" for scheme, n in counts.items()]

    for case, scheme, says in (
        ("V-3", BRIDGE, "Still owed"),
        ("2015-000001", POOL, "Still owed"),
        ("account/qianjiang", POOL, "account/qianjiang"),
    ):
        page = both("explain", case)
        assert page.returncode == 0, page.stderr
        assert page.stdout.splitlines()[0].endswith(scheme)
        assert says in page.stdout
        in_chinese = both("explain", case, "--lang", "zh")
        assert in_chinese.returncode == 0, in_chinese.stderr
        assert in_chinese.stdout != page.stdout


async def test_a_lost_state_of_one_scheme_is_rebuilt_beside_the_other(both: Product, desk_alone: DeskAlone) -> None:
    """`rebuild` finds both whole; harm to one is told of that one, and mended without touching the other."""
    whole = both("rebuild")
    assert whole.returncode == 0
    assert [line.partition(":")[0] for line in whole.stdout.splitlines()] == [BRIDGE, POOL]
    head = "SELECT head FROM snapshots WHERE scheme = $1"
    before = await desk_alone.pool.fetchval(head, BRIDGE)
    await desk_alone.pool.execute("DELETE FROM closed_cases WHERE scheme = $1", POOL)
    harmed = both("rebuild")
    assert harmed.returncode == 1
    assert {line.partition(":")[0] for line in harmed.stdout.splitlines() if "is missing" in line} == {POOL}
    assert f"{BRIDGE}: " in harmed.stdout.splitlines()[0]
    assert both("rebuild", "--scheme", POOL, "--write").returncode == 0
    assert both("rebuild").returncode == 0
    assert await desk_alone.pool.fetchval(head, BRIDGE) == before


async def test_one_schemes_months_go_into_files_and_the_others_stay(
    both: Product, desk_alone: DeskAlone, tmp_path: Path
) -> None:
    """With the files nothing is missing of either; a desk goes on with both, and answers what is archived again."""
    exports = [("export", "events", "--scheme", scheme) for scheme in (BRIDGE, POOL)]
    before = [both(*export).stdout for export in exports]
    done = both("archive", "--scheme", POOL, "--until", "2015-12", "--to", str(tmp_path))
    assert done.returncode == 0, done.stderr
    months = await desk_alone.pool.fetch("SELECT DISTINCT scheme, month_on < '2016-01-01' AS is_old FROM months")
    assert {(row["scheme"], row["is_old"]) for row in months} == {(BRIDGE, True), (POOL, False)}
    files = ("--archives", str(tmp_path))
    assert [both(*export, *files).stdout for export in exports] == before
    for command in (("verify",), ("rebuild",), ("explain", "2015-000001")):
        told = both(*command, *files)
        assert told.returncode == 0, told.stderr

    desk = await desk_alone.open()
    position = desk.writer.position
    await desk_alone.say(desk, LINES)  # repetitions, of archived months too
    again = await desk_alone.pool.fetch("SELECT is_first FROM messages WHERE position > $1", position)
    assert [row["is_first"] for row in again] == [False] * len(LINES), "each has its receipt again, and no event more"
