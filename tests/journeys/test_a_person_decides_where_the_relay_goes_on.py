"""`drawbridge relay --from N`: what a person cannot mean is refused, and then nothing is changed."""

from dataclasses import replace
from pathlib import Path

import pytest
from proxy import Api
from relay_alone import RelayAlone
from running_service import SCHEME

from drawbridge.record.owed import Outbox


async def published(alone: RelayAlone) -> int:
    """Have some cases decided and published, end the worker, and return the last row."""
    await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
    alone.service.stop_all()
    _, written = await Outbox(alone.pool).writer(alone.partition)
    return written


async def cursors(alone: RelayAlone) -> tuple[int, int]:
    """Return what the database believes to be published, and how many cursors the broker has."""
    return await Outbox(alone.pool).published(alone.partition), len(alone.everything("relay.cursor"))


async def test_what_cannot_be_meant_is_refused(alone: RelayAlone) -> None:
    """Each time with a line that says what can; without a yes nothing happens either."""
    written = await published(alone)
    here, before = ("--scheme", SCHEME), await cursors(alone)
    for arguments, code, words in (
        (("--yes", "--from", "1"), 2, "either --partition or --scheme"),
        (("--yes", "--from", "1", "--partition", "0", *here), 2, "either --partition or --scheme"),
        (("--yes", *here), 2, "Missing option '--from'"),
        (("--yes", "--from", "1", "--partition", "4"), 2, "there is no partition 4"),
        (("--yes", "--from", str(written + 2), *here), 2, f"N is at most {written + 1}"),
        (("--from", "1", *here), 1, "Publish from there on?"),
    ):
        told = alone.service.refused("relay", *arguments)
        assert told[0] == code, told
        assert words in told[1]
        assert "Traceback" not in told[1]
    assert await cursors(alone) == before


async def test_rows_that_are_in_files_only_are_not_published_again(alone: RelayAlone, tmp_path: Path) -> None:
    """The database has them no more; the row after the last of them can be the next."""
    await published(alone)
    alone.service.run("archive", "--scheme", SCHEME, "--until", "2014-01", "--to", str(tmp_path / "archives"))
    archived, before = await Outbox(alone.pool).archived(alone.partition), await cursors(alone)
    assert archived
    code, said = alone.service.refused("relay", "--yes", "--scheme", SCHEME, "--from", str(archived))
    assert code == 2
    assert f"rows up to {archived} are archived" in said
    assert await cursors(alone) == before
    alone.service.run("relay", "--yes", "--scheme", SCHEME, "--from", str(archived + 1))
    assert await Outbox(alone.pool).published(alone.partition) == archived


async def test_a_decision_without_an_answer_is_said_to_be_one(
    alone: RelayAlone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker does not answer in the midst: the database is left as it was, and running it again decides."""
    written = await published(alone)
    monkeypatch.setenv("DRAWBRIDGE_TRANSACTION_TIMEOUT_MS", str(alone.settings.transaction_timeout_ms))
    arguments = ("relay", "--yes", "--scheme", SCHEME, "--from", str(written))
    alone.proxy.stand_still_at(Api.END_TXN)
    code, said = replace(alone.service, kafka=alone.proxy.address).refused(*arguments)
    assert code == 2
    assert "Run it again" in said
    assert await Outbox(alone.pool).published(alone.partition) == written
    alone.proxy.heal()
    alone.service.run(*arguments)
    assert await Outbox(alone.pool).published(alone.partition) == written - 1
