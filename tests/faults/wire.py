"""A proxy in front of PostgreSQL that also swallows the answer to a commit."""

from loopback import Link, Loopback

#: a commit as the driver sends it: a simple query
COMMIT = b"COMMIT;\0"


class Wire(Loopback):
    """The proxy, between `with` and its end."""

    def __init__(self, server_port: int, port: int) -> None:
        """Stand between a loopback port and the server's."""
        super().__init__(server_port, port)
        self._swallow = 0

    def swallow_commit(self) -> None:
        """Let the server commit once more, and cut the client off before the answer comes."""
        self.swallowed.clear()
        self._swallow = 1

    def heal(self) -> None:
        """Do no more harm."""
        super().heal()
        self._swallow = 0

    async def _ask(self, link: Link) -> None:
        """Pass questions on as they come; whoever asks for the commit in question hears nothing more."""
        while data := await link.questions.read(65536):
            await self._on_the_way()
            if self._swallow and COMMIT in data:
                self._swallow -= 1
                link.deaf = True
            link.server.write(data)
            await link.server.drain()
