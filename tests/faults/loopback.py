"""A loopback TCP proxy before one server that passes connections on, delays, stands still and cuts where it is told.

It runs in a thread of its own, so that a test may block.
"""

import asyncio
import contextlib
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self


@dataclass(slots=True)
class Link:
    """A client's connection and the one to the server that belongs to it.

    Attributes:
        deaf: the client is to hear nothing more: the next answer cuts it off instead.
    """

    questions: asyncio.StreamReader
    client: asyncio.StreamWriter
    answers: asyncio.StreamReader
    server: asyncio.StreamWriter
    deaf: bool = False


class Loopback(ABC):
    """The proxy, between `with` and its end.

    Attributes:
        address: where it listens.
        delay_s: what each question and each answer takes on its way.
        swallowed: set when an answer was kept from a deaf client.
    """

    def __init__(self, server_port: int, port: int) -> None:
        """Stand between a loopback port and the server's."""
        self.address = f"127.0.0.1:{port}"
        self.delay_s = 0.0
        self.swallowed = threading.Event()
        self._stands_still = False
        self._server_port, self._port = server_port, port
        self._links: list[Link] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
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

    def cut(self) -> None:
        """Cut every client's connection, now."""
        self._loop.call_soon_threadsafe(self._cut)

    def stand_still(self) -> None:
        """Let nothing through in either direction until healed; what was sent meanwhile comes then."""
        self._stands_still = True

    def heal(self) -> None:
        """Do no more harm."""
        self.delay_s, self._stands_still = 0.0, False

    @abstractmethod
    async def _ask(self, link: Link) -> None:
        """Pass the client's questions on until it has no more."""

    async def _on_the_way(self) -> None:
        """Take the time that the way takes."""
        while self._stands_still:  # noqa: ASYNC110 - another thread ends it
            await asyncio.sleep(0.02)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)

    async def _answer(self, link: Link) -> None:
        """Pass the server's answers on; to a client that has gone they are lost."""
        with contextlib.suppress(ConnectionError):
            while data := await link.answers.read(65536):
                await self._on_the_way()
                if link.deaf:
                    self.swallowed.set()
                    break
                if not link.client.transport.is_closing():
                    link.client.write(data)
        link.client.transport.abort()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _serve(self, questions: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        task = asyncio.current_task()
        assert task is not None
        self._note(task)
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:  # the server is away: nobody is to wait for it here
            client.transport.abort()
            return
        link = Link(questions, client, answers, server)
        self._links.append(link)
        answering = asyncio.create_task(self._answer(link))
        self._note(answering)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._ask(link)
            if link.deaf:
                await answering
        finally:
            self._links.remove(link)
            client.transport.abort()
            server.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cut(self) -> None:
        for link in self._links:
            link.client.transport.abort()

    def _note(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
