"""The port for monitors: `/healthz`, `/readyz` and `/metrics` over HTTP, on the loopback address unless told otherwise.

It tells no secrets and nothing personal, and it changes nothing; but it is not meant for everyone, so it is off until
it is given a port.
"""

import time
from dataclasses import dataclass

from aiohttp import web

from drawbridge.monitor.stages import Readiness
from drawbridge.settings import Settings
from drawbridge.watch.metrics import READY, Meter

#: as Prometheus asks for it
_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
#: seconds that an answer under way may take when the port closes
_CLOSE_WITHIN_S = 1.0


class PortTakenError(RuntimeError):
    """The port cannot be opened; the message says which setting names it."""


@dataclass(slots=True)
class Port:
    """What monitors ask.

    Attributes:
        meter: what was counted.
        readiness: why not, if not.
    """

    settings: Settings
    meter: Meter
    readiness: Readiness
    _runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen, if there is a port to listen on.

        Raises:
            PortTakenError: it cannot be had.
        """
        host, number = self.settings.health_host, self.settings.health_port
        if not number:
            return
        app = web.Application()
        app.add_routes(
            [web.get("/healthz", self._alive), web.get("/readyz", self._ready), web.get("/metrics", self._metrics)]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_CLOSE_WITHIN_S)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, number).start()
        except (OSError, OverflowError) as why:
            await self.close()
            raise PortTakenError(
                f"DRAWBRIDGE_HEALTH_HOST, DRAWBRIDGE_HEALTH_PORT: {host}:{number} cannot be opened: {why};"
                " choose another port, or 0 for none"
            ) from None

    async def close(self) -> None:
        """Listen no longer."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _alive(self, _request: web.Request) -> web.Response:
        """Say that the process runs and its event loop turns."""
        return web.Response(text="alive\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        """Say whether the worker does its work, and if not, why."""
        complaints = self.readiness.complaints(time.monotonic())
        if complaints:
            return web.Response(status=503, text="\n".join([*complaints, ""]))
        return web.Response(text="ready\n")

    async def _metrics(self, _request: web.Request) -> web.Response:
        """Tell all metrics."""
        self.meter.set(READY, not self.readiness.complaints(time.monotonic()))
        return web.Response(body=self.meter.text(), headers={"Content-Type": _TEXT_FORMAT})
