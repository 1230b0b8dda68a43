"""A proxy in front of PostgreSQL that also swallows a commit, or the answer to it."""

from loopback import Link, Loopback

#: a commit as the driver sends it: a simple query
COMMIT = b"COMMIT;\0"


class Wire(Loopback):
    """The proxy, between `with` and its end."""

    def __init__(self, server_port: int, port: int) -> None:
        """Stand between a loopback port and the server's."""
        super().__init__(server_port, port)
        self._swallow = 0
        self._is_commit_lost = False

    def swallow_commit(self, *, is_lost: bool = False) -> None:
        """Let the server commit once more, and cut the client off before the answer comes.

        Args:
            is_lost: the server does not hear of it either; the client cannot tell the two apart.
        """
        self.swallowed.clear()
        self._swallow, self._is_commit_lost = 1, is_lost

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
                if self._is_commit_lost:
                    self.swallowed.set()
                    return
                link.deaf = True
            link.server.write(data)
            await link.server.drain()
