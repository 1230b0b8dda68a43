"""A server's port that opens later than the server: what connects before finds nothing there."""

import socket
import socketserver
import threading
from contextlib import suppress
from typing import Self


class _Both(socketserver.BaseRequestHandler):
    """One connection, passed on in both directions until either side ends it."""

    server: "LatePort"

    def handle(self) -> None:
        """Pass on."""
        with socket.create_connection(("127.0.0.1", self.server.behind)) as behind:
            back = threading.Thread(target=_pass_on, args=(behind, self.request), daemon=True)
            back.start()
            _pass_on(self.request, behind)
            back.join()


class LatePort(socketserver.ThreadingTCPServer):
    """Listens on a loopback port, between `with` and its end, and passes all on to a server."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, behind: int) -> None:
        """Stand on `port`, before the server's port."""
        super().__init__(("127.0.0.1", port), _Both)
        self.behind = behind

    def __enter__(self) -> Self:
        """Open it."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.shutdown()
        self.server_close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass on what comes, and the end of it."""
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
