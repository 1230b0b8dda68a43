"""Old months go into files and out of the database, and nothing that anybody can ask for is lost."""

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from desk_alone import SANDBOX, SCHEME, DeskAlone, city
from product import Product, product

from drawbridge import shipped
from drawbridge.gateway.office import MissingEventsError
from drawbridge.law import ChainCheck
from drawbridge.record.owed import Outbox
from drawbridge.replay import Replay

#: they end in the middle: some cases are open
LINES = city(7, cases=25, last_on=date(2014, 5, 31))[:-60]
OFTEN = replace(SANDBOX, snapshot_events=50)


@pytest.fixture
async def full(desk_alone: DeskAlone, database: str) -> Product:
    """A database with five months, all of it published and written down, and the commands that speak to it."""
    desk_alone.settings = OFTEN
    desk = await desk_alone.open()
    for start in range(0, len(LINES), 40):
        await desk_alone.say(desk, LINES[start : start + 40])
    await desk.save()
    await Outbox(desk_alone.pool).remember(0, desk.writer.position)
    return product(database)


def files_of(folder: Path) -> list[Path]:
    """Return the files of events, in order."""
    return sorted(folder.glob("*/*/events.ndjson"))


def archive(run: Product, folder: Path, until: str = "2014-03") -> subprocess.CompletedProcess[str]:
    """Archive up to a month."""
    return run("archive", "--scheme", SCHEME.id, "--until", until, "--to", str(folder))


async def test_what_is_archived_is_still_there_for_everyone(
    full: Product, desk_alone: DeskAlone, tmp_path: Path
) -> None:
    """Verified, exported, replayed, rebuilt and explained with the files; answered again without them."""
    of_scheme = ("--scheme", SCHEME.id)
    with_files = (*of_scheme, "--archives", str(tmp_path))
    events, messages = (full("export", kind, *of_scheme).stdout for kind in ("events", "messages"))
    last = full("verify", *of_scheme).stdout
    done = archive(full, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [f"{SCHEME.id} 2014-0{n}" for n in (1, 2, 3)]
    tables = await desk_alone.pool.fetch("SELECT relname FROM pg_class WHERE relname ~ '2014-0[123]$'")
    assert tables == []

    assert full("verify", *of_scheme).stdout.splitlines()[-1] + "\n" == last, (
        "the chain goes on from the last archived hash"
    )
    assert full("verify", *with_files).stdout == last
    assert full("export", "events", *with_files).stdout == events
    assert full("export", "messages", *with_files).stdout == messages
    rebuilt = full("rebuild", *with_files)
    assert (rebuilt.returncode, rebuilt.stdout.endswith("the state is what the events say\n")) == (0, True)

    check = ChainCheck()
    for line in b"".join(path.read_bytes() for path in files_of(tmp_path)).splitlines():
        check.add(line)
    assert check.fault is None
    assert 0 < check.count < len(events.splitlines())

    desk = await desk_alone.open()
    await desk_alone.say(desk, LINES[:60])  # repetitions of what is archived
    assert (
        await desk_alone.pool.fetch("SELECT 1 FROM messages WHERE is_first AND position > $1", desk.writer.position)
    ) == []
    _, receipts = desk_alone.replayed()
    rows = await desk_alone.pool.fetch("SELECT receipt FROM messages WHERE scheme = $1 ORDER BY decided", SCHEME.id)
    assert [row["receipt"] for row in rows[-60:]] == receipts[-60:], "each gets its receipt again, to the byte"


async def test_a_lost_state_is_rebuilt_from_files_and_database(
    full: Product, desk_alone: DeskAlone, tmp_path: Path
) -> None:
    """With months in files only, a writer cannot begin without its snapshot; `rebuild --archives --write` gives it."""
    assert archive(full, tmp_path).returncode == 0
    for table in ("snapshots", "open_cases", "closed_cases"):
        await desk_alone.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
    with pytest.raises(MissingEventsError, match="rebuild --archives"):
        await desk_alone.open()
    files = ("--scheme", SCHEME.id, "--archives", str(tmp_path))
    written = full("rebuild", *files, "--write")
    assert written.returncode == 0, written.stderr
    assert full("rebuild", *files).stdout.endswith("the state is what the events say\n")
    desk = await desk_alone.open()
    await desk_alone.say(desk, city(7, cases=25, last_on=date(2014, 5, 31))[-60:])
    messages = full("export", "messages", *files).stdout.splitlines()
    replay = Replay(SCHEME, shipped.calendar())
    events = [event.line.decode() for line in messages for event in replay.answer(line.encode()).events]
    assert full("export", "events", *files).stdout.splitlines() == events


async def test_without_the_files_nobody_takes_a_part_for_the_whole(full: Product, tmp_path: Path) -> None:
    """Export, explain and rebuild say where the rest is; a file that was touched is found."""
    archive(full, tmp_path)
    for command in (("export", "events", "--scheme", SCHEME.id), ("explain", "no-such-case"), ("rebuild",)):
        refused = full(*command)
        assert refused.returncode != 0
        assert "--archives" in refused.stderr, command
    path = files_of(tmp_path)[1]
    path.write_bytes(path.read_bytes().replace(b"2014", b"2015", 1))
    refused = full("verify", "--archives", str(tmp_path))
    assert refused.returncode != 0
    assert "is not the file that was written" in refused.stderr


async def test_archiving_twice_and_after_an_end_in_the_middle_does_no_harm(
    full: Product, desk_alone: DeskAlone, tmp_path: Path
) -> None:
    """Files that were half written are written anew; whole ones are found to be the same."""
    events = full("export", "events", "--scheme", SCHEME.id).stdout
    half = tmp_path / "one" / SCHEME.id / "2014-01.partial"
    half.mkdir(parents=True)
    (half / "events.ndjson").write_bytes(b"half a li")
    await desk_alone.pool.execute("UPDATE snapshots SET sequence = 0")  # the files are written, and then it ends
    broken_off = archive(full, tmp_path / "one")
    assert "the state is written down up to event 0 only" in broken_off.stderr
    assert not half.exists()
    assert full("export", "events", "--scheme", SCHEME.id).stdout == events, "nothing has left the database"
    assert full("rebuild", "--write").returncode == 0
    assert archive(full, tmp_path / "one").returncode == 0
    again = archive(full, tmp_path / "one")
    assert (again.returncode, again.stdout) == (0, f"{SCHEME.id}: nothing to archive up to 2014-03\n")
    files = ("--scheme", SCHEME.id, "--archives", str(tmp_path / "one"))
    assert full("export", "events", *files).stdout == events


async def test_only_what_is_over_and_published_goes(full: Product, desk_alone: DeskAlone, tmp_path: Path) -> None:
    """The current month stays, and so does what the relay has not told yet."""
    await desk_alone.pool.execute("UPDATE relay_cursors SET position = 10")
    refused = archive(full, tmp_path)
    assert refused.returncode != 0
    assert "are not published yet" in refused.stderr
    await desk_alone.pool.execute("UPDATE relay_cursors SET position = 1000000")
    assert archive(full, tmp_path, "2020-01").returncode == 0
    months = await desk_alone.pool.fetch("SELECT month_on FROM months ORDER BY month_on")
    assert len(months) == 1
    assert full("verify").returncode == 0


async def test_the_state_is_shown_to_be_what_the_events_say(full: Product, desk_alone: DeskAlone) -> None:
    """Every change to snapshot, open or closed cases is found, told and repaired; a writer then starts again."""
    assert full("rebuild").returncode == 0
    writer = await desk_alone.pool.fetchrow("SELECT * FROM writers")
    for harm, told in (
        (
            "UPDATE closed_cases SET snapshot = replace(encode(snapshot, 'escape'), 'false', 'true')::bytea",
            "closed case",
        ),
        ("DELETE FROM open_cases", "is missing"),
        ("DELETE FROM closed_cases WHERE ctid IN (SELECT ctid FROM closed_cases LIMIT 1)", "is missing"),
        ("UPDATE snapshots SET head = 'x'", "another hash"),
        ("UPDATE snapshots SET form = 'x'", "another version"),
    ):
        await desk_alone.pool.execute(harm)
        found = full("rebuild")
        assert found.returncode == 1, harm
        assert told in found.stdout, harm
        assert full("rebuild", "--write").returncode == 0
        assert full("rebuild").returncode == 0
    after = await desk_alone.pool.fetchrow("SELECT * FROM writers")
    assert (after["epoch"], after["position"]) == (writer["epoch"] + 5, writer["position"])
    desk = await desk_alone.open()
    assert desk.writer.next_offset == len(LINES)
