"""A relay is told to end in the very moment in which it is told of news: whoever waits for its end must not wait on."""

import asyncio
from typing import Any

import pytest

from drawbridge.relay.publisher import Publisher
from drawbridge.relay.room import RelayRoom
from drawbridge.settings import Settings


class Nothing:
    """A journal that owes nothing, and a broker that keeps nothing."""

    transactional = False

    async def after(self, *_: object) -> list[Any]:
        """Return no rows."""
        return []

    async def published(self, *_: object) -> int:
        """Return the beginning."""
        return 0

    async def event_lines(self, *_: object) -> list[Any]:
        """Return no events."""
        return []

    async def open(self) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize("turns", range(4))
async def test_news_do_not_make_it_forget_that_it_was_told_to_end(turns: int) -> None:
    """However many turns of the loop lie between the two."""
    nothing: Any = Nothing()

    def make(partition: int) -> Publisher:
        return Publisher(Settings(), partition, nothing, lambda: nothing, lambda: nothing, nothing)

    room = RelayRoom(make)
    room.start(0, epoch=1)
    for _ in range(20):
        await asyncio.sleep(0)
    room.wake(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await room.stop(0)
