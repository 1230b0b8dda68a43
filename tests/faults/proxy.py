"""A loopback TCP proxy between Kafka's clients and a broker, that reads request frames and does harm where it is told.

A request is four bytes of size, then its kind (`api_key`), its version and a correlation id. The proxy can hold a
request of a kind back, cut the client's connection, and deliver the request later, when its client has long gone: as a
network does that delays a packet. It can cut every connection, and slow every byte down. Answers pass untouched.

It runs in a thread of its own, so that a test may block.
"""

import asyncio
import contextlib
import struct
import threading
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self


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

    async def deliver(self) -> None:
        """Give the broker what was held, on the connection on which it came."""
        if self._broker is not None and not self.delivered.is_set():
            self._broker.write(self._frame)
            await self._broker.drain()
            self.delivered.set()


class Proxy:
    """A proxy in front of one broker, between `with` and its end."""

    def __init__(self, broker_port: int, port: int) -> None:
        """Stand between a loopback port and the broker's."""
        self.address = f"127.0.0.1:{port}"
        self.delay_s = 0.0
        self.seen: list[int] = []
        self._port = port
        self._broker_port = broker_port
        self._holds: list[Hold] = []
        self._clients: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ended = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        """Cut everything and end the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def hold(self, api: Api, *, passes: int = 0, release_at: Api | None = None) -> Hold:
        """Have a request of a kind held back and its client cut off, after so many that pass."""
        hold = Hold(api, passes, release_at)
        self._holds.append(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """Deliver a request that is held, and return when the broker has it."""
        asyncio.run_coroutine_threadsafe(hold.deliver(), self._loop).result(10)

    def heal(self) -> None:
        """Do no more harm."""
        self.delay_s = 0.0
        self._holds.clear()

    def cut(self) -> None:
        """Cut every client's connection, now."""
        self._loop.call_soon_threadsafe(self._cut)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _end(self) -> None:
        self._server.close()
        self._ended = True
        self._cut()
        await asyncio.gather(*self._tasks)

    def _cut(self) -> None:
        for client in list(self._clients):
            client.transport.abort()

    async def _serve(self, requests: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._clients.add(client)
        try:
            answers, broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
        except OSError:  # the broker is away: nobody is to wait for it here
            client.transport.abort()
            return
        back = asyncio.create_task(self._pass_back(answers, client))
        self._tasks.add(back)
        try:
            while True:
                head = await requests.readexactly(8)
                size, api, _version = struct.unpack(">ihh", head)
                frame = head + await requests.readexactly(size - 4)
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                self.seen.append(api)
                hold = self._to_hold(api)
                if hold is not None:
                    hold._frame, hold._broker = frame, broker
                    client.transport.abort()
                    hold.caught.set()
                    while not (hold.delivered.is_set() or self._ended):  # noqa: ASYNC110 - another thread may set it
                        await asyncio.sleep(0.02)
                    await asyncio.sleep(0.5)  # the broker may answer, to nobody, before its connection ends
                    return
                broker.write(frame)
                await broker.drain()
                await self._release_after(api)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._clients.discard(client)
            for writer in (client, broker):
                writer.transport.abort()

    async def _pass_back(self, answers: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass the broker's answers on while the client is there, and swallow them afterwards."""
        with contextlib.suppress(ConnectionError):
            while data := await answers.read(65536):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if not client.transport.is_closing():
                    client.write(data)
        client.transport.abort()

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
