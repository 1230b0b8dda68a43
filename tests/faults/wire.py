"""A loopback TCP proxy in front of PostgreSQL that cuts, delays, and swallows the answer to a commit.

It runs in a thread of its own, so that the harness may block.
"""

import asyncio
import contextlib
import threading
from typing import Self

#: a commit as the driver sends it: a simple query
COMMIT = b"COMMIT;\0"


class Wire:
    """The proxy, between `with` and its end."""

    def __init__(self, server_port: int, port: int) -> None:
        """Stand between a loopback port and the server's."""
        self.delay_s = 0.0
        self.swallowed = threading.Event()
        self._swallow = 0
        self._server_port, self._port = server_port, port
        self._clients: set[asyncio.StreamWriter] = set()
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

    def swallow_commit(self) -> None:
        """Let the server commit once more, and cut the client off before the answer comes."""
        self.swallowed.clear()
        self._swallow = 1

    def heal(self) -> None:
        """Do no more harm."""
        self.delay_s, self._swallow = 0.0, 0

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _end(self) -> None:
        self._server.close()
        self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cut(self) -> None:
        for client in list(self._clients):
            client.transport.abort()

    async def _serve(self, questions: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass one connection on; what the server answers goes back untouched until a commit is swallowed."""
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            client.transport.abort()
            return
        self._clients.add(client)
        deaf = asyncio.Event()
        back = asyncio.create_task(self._pass_back(answers, client, deaf))
        self._tasks.add(back)
        back.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError):
            while data := await questions.read(65536):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if self._swallow and COMMIT in data:
                    self._swallow -= 1
                    deaf.set()
                server.write(data)
                await server.drain()
        self._clients.discard(client)
        if deaf.is_set():
            await back
        server.transport.abort()

    async def _pass_back(
        self, answers: asyncio.StreamReader, client: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        """Pass answers on; the first one after the client is to hear nothing more cuts it off instead."""
        with contextlib.suppress(ConnectionError):
            while data := await answers.read(65536):
                if deaf.is_set():
                    self.swallowed.set()
                    break
                client.write(data)
        client.transport.abort()
