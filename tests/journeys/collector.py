"""What takes spans as an OpenTelemetry collector does: OTLP in JSON over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from drawbridge.embedded.processes import free_port


class Collector:
    """Takes what is sent to it, as an OpenTelemetry collector does.

    Attributes:
        taken: the spans, as they were told.
        url: where.
    """

    def __init__(self) -> None:
        self.taken: list[dict[str, object]] = []
        self.services: set[str] = set()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1/traces"

    async def take(self, request: web.Request) -> web.Response:
        """Take one request."""
        for of in (await request.json())["resourceSpans"]:
            names = [told["value"]["stringValue"] for told in of["resource"]["attributes"]]
            self.services.add(names[0])
            self.taken += [span for scope in of["scopeSpans"] for span in scope["spans"]]
        return web.json_response({})


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Run a collector on the loopback address."""
    collector, app = Collector(), web.Application()
    app.add_routes([web.post("/v1/traces", collector.take)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", collector.port).start()
    yield collector
    await runner.cleanup()
