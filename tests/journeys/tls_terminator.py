"""TLS in front of a PostgreSQL server: the one from the wheel is built without it.

The handshake is PostgreSQL's own (its protocol, 54.2.10): the client asks for TLS in a message of eight bytes, hears
`S`, and goes on encrypted. What comes behind it is the real server's.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from certificates import Authority

ASKS_FOR_TLS = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends."""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    target.close()


@asynccontextmanager
async def tls_in_front(port: int, authority: Authority, keystore: Path) -> AsyncIterator[int]:
    """Serve PostgreSQL with TLS in front of the server on this port; yields the port of its own.

    Whoever shows no certificate of the authority is not let in, and whoever does not ask for TLS neither.

    Args:
        port: of the server.
        authority: whose certificates are trusted.
        keystore: the certificate and key that it shows.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(keystore)
    context.verify_mode = ssl.CERT_REQUIRED

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(ASKS_FOR_TLS)) == ASKS_FOR_TLS:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(context)
                from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pass_on(reader, to_server), _pass_on(from_server, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
