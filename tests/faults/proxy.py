"""A proxy between Kafka's clients and a broker that reads request frames, and does harm where it is told.

A request is four bytes of size, then its kind (`api_key`), its version and a correlation id. The proxy can hold a
request of a kind back, cut the client's connection, and deliver the request later, when its client has long gone: as a
network does that delays a packet. Answers pass untouched.
"""

import asyncio
import struct
import threading
from dataclasses import dataclass, field
from enum import IntEnum

from loopback import Link, Loopback


class Api(IntEnum):
    """Kinds of requests that tests name; Kafka's numbers."""

    PRODUCE = 0
    INIT_PRODUCER_ID = 22
    ADD_PARTITIONS_TO_TXN = 24
    END_TXN = 26


@dataclass(slots=True)
class Hold:
    """A request that is to be held back, and later is.

    Attributes:
        api: its kind.
        passes: how many of the kind still go through before it.
        release_at: it is delivered once a request of this kind was forwarded after it; None: when `release` is called.
        caught: set when it is held.
        delivered: set when the broker has it.
    """

    api: Api
    passes: int
    release_at: Api | None
    caught: threading.Event = field(default_factory=threading.Event)
    delivered: threading.Event = field(default_factory=threading.Event)
    _frame: bytes = b""
    _broker: asyncio.StreamWriter | None = None

    def keep(self, frame: bytes, link: Link) -> None:
        """Hold a request of this connection."""
        self._frame, self._broker = frame, link.server
        link.client.transport.abort()
        self.caught.set()

    async def deliver(self) -> None:
        """Give the broker what was held, on the connection on which it came."""
        if self._broker is not None and not self.delivered.is_set():
            self._broker.write(self._frame)
            await self._broker.drain()
            self.delivered.set()


class Proxy(Loopback):
    """The proxy, between `with` and its end.

    Attributes:
        seen: the kinds of all requests so far.
    """

    def __init__(self, broker_port: int, port: int) -> None:
        """Stand between a loopback port and the broker's."""
        super().__init__(broker_port, port)
        self.seen: list[int] = []
        self._holds: list[Hold] = []
        self._still_at: Api | None = None

    def hold(self, api: Api, *, passes: int = 0, release_at: Api | None = None) -> Hold:
        """Have a request of a kind held back and its client cut off, after so many that pass."""
        hold = Hold(api, passes, release_at)
        self._holds.append(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """Deliver a request that is held, and return when the broker has it."""
        asyncio.run_coroutine_threadsafe(hold.deliver(), self._loop).result(10)

    def stand_still_at(self, api: Api) -> None:
        """Let nothing through from the next request of a kind on; see `stand_still`."""
        self._still_at = api

    def heal(self) -> None:
        """Do no more harm."""
        self._still_at = None
        self._holds.clear()
        super().heal()

    async def _ask(self, link: Link) -> None:
        """Pass requests on, whole, but for those that are to be held."""
        while True:
            head = await link.questions.readexactly(8)
            size, api, _version = struct.unpack(">ihh", head)
            frame = head + await link.questions.readexactly(size - 4)
            if api == self._still_at:
                self.stand_still()
            await self._on_the_way()
            self.seen.append(api)
            hold = self._to_hold(api)
            if hold is not None:
                hold.keep(frame, link)
                while not hold.delivered.is_set():  # noqa: ASYNC110 - another thread may set it
                    await asyncio.sleep(0.02)
                await asyncio.sleep(0.5)  # the broker may answer, to nobody, before its connection ends
                return
            link.server.write(frame)
            await link.server.drain()
            await self._release_after(api)

    def _to_hold(self, api: int) -> Hold | None:
        """Return what is to be done with a request of this kind: None when it passes."""
        for hold in self._holds:
            if hold.api == api and not hold.caught.is_set():
                if hold.passes == 0:
                    return hold
                hold.passes -= 1
        return None

    async def _release_after(self, api: int) -> None:
        """Deliver what waits for a request of this kind."""
        for hold in self._holds:
            if hold.caught.is_set() and hold.release_at == api:
                await hold.deliver()
