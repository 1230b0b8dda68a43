"""A partition that is no longer published ends the process, however its relay came to its end."""

import asyncio

import pytest

from drawbridge.relay.publisher import Publisher
from drawbridge.relay.room import RelayRoom


class Ending(Publisher):
    """A publisher that publishes nothing, and ends of itself when there is news."""

    def __init__(self, error: BaseException | None) -> None:
        """End with this error, or without one."""
        self.error = error
        self.news = asyncio.Event()
        self.epoch: int | None = None

    async def run(self, epoch: int | None = None) -> None:
        """Wait for news, and end."""
        self.epoch = epoch
        await self.news.wait()
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [ValueError("a bug"), asyncio.CancelledError(), None])
async def test_an_end_that_nobody_asked_for_is_passed_on(error: BaseException | None) -> None:
    """A client of the broker that was closed may raise a cancellation: then too nobody would publish any more."""
    room = RelayRoom(lambda _partition: Ending(error))
    room.start(3, epoch=7)
    room.wake(3)
    with pytest.raises((ValueError, RuntimeError)):
        await asyncio.wait_for(room.failure(), 5)


@pytest.mark.parametrize("error", [ValueError("too late"), None])
async def test_an_end_that_was_asked_for_is_none_of_anybodys_business(error: BaseException | None) -> None:
    """The partition goes to another worker, whatever the relay was about to say."""
    ending = Ending(error)
    room = RelayRoom(lambda _partition: ending)
    room.start(3, epoch=7)
    await asyncio.sleep(0)
    assert ending.epoch == 7
    ending.news.set()
    await room.stop(3)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(room.failure(), 0.05)
