"""Real Kafka and PostgreSQL that can be stopped and started again with what they hold, each behind a proxy."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import real_kafka
from proxy import Proxy
from wire import Wire

from drawbridge.embedded import postgres
from drawbridge.embedded.processes import Leashed, free_port, leashed, listens

#: the broker forgets a transactional id that was idle for so long, so that a fault need not wait a week
ID_EXPIRES_MS = 15_000


@dataclass(slots=True)
class Servers:
    """A broker and a database server on fixed ports, between `with` and its end.

    Attributes:
        kafka: the broker's own address, for the witness.
        proxy: what the service meets instead of the broker.
        wire: what the service meets instead of the database.
    """

    folder: Path = field(init=False)
    kafka: str = field(init=False)
    proxy: Proxy = field(init=False)
    wire: Wire = field(init=False)
    _broker: Leashed = field(init=False)
    _postgres: postgres.EmbeddedPostgres = field(init=False)
    _ports: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Start everything."""
        self.folder = Path(tempfile.mkdtemp(prefix="drawbridge-faults-"))
        self.folder.chmod(0o755)
        self._ports = {name: free_port() for name in ("broker", "controller", "behind", "proxy", "wire")}
        self.kafka = f"127.0.0.1:{self._ports['broker']}"
        (self.folder / "kafka").mkdir()
        self._configure()
        self.start_kafka()
        self._postgres = postgres.start_postgres(self.folder / "postgres")
        self._ports["postgres"] = urlsplit(self._postgres.dsn).port or 0
        self.proxy = Proxy(self._ports["behind"], self._ports["proxy"]).__enter__()
        self.wire = Wire(self._ports["postgres"], self._ports["wire"]).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """End everything and remove what it wrote."""
        self.proxy.__exit__()
        self.wire.__exit__()
        self._broker.stop()
        self._postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def dsn(self) -> str:
        """The database without a proxy."""
        return self._postgres.dsn

    @property
    def dsn_behind_wire(self) -> str:
        """The database as the service meets it."""
        return self._postgres.dsn.replace(f":{self._ports['postgres']}/", f":{self._ports['wire']}/")

    def stop_kafka(self) -> None:
        """Kill the broker; what it has written stays."""
        self._broker.stop()

    def start_kafka(self) -> None:
        """Start the broker on what it had written."""
        java = ["java", *real_kafka.QUICK_JVM, *self._classpath()]
        home = self.folder / "kafka"
        command = [*java, "kafka.Kafka", str(home / "server.properties")]
        self._broker = leashed("Apache Kafka", command, home / "kafka.log", stop=signal.SIGKILL)
        self._broker.wait_until(lambda: listens(self._ports["broker"]), real_kafka.STARTS_WITHIN_S)

    def stop_postgres(self, *, crash: bool) -> None:
        """Stop the database server: in an orderly way, or as after a crash."""
        if crash:
            pid = (self.folder / "postgres" / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0]
            os.kill(int(pid), signal.SIGQUIT)
        self._postgres.stop()

    def start_postgres(self) -> None:
        """Start the database server on its port."""
        self._postgres = postgres._start(self.folder / "postgres", self._ports["postgres"], remove=False)

    def heal(self) -> None:
        """Let the proxies do no more harm."""
        self.proxy.heal()
        self.wire.heal()

    def _classpath(self) -> list[str]:
        return ["-cp", f"{real_kafka.fetch()}/*", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]

    def _configure(self) -> None:
        """Write the broker's settings and format its storage."""
        home, local = self.folder / "kafka", "127.0.0.1"
        ports = self._ports
        config = home / "server.properties"
        named = f"PLAINTEXT://{local}:{ports['broker']}"
        lines = [
            (real_kafka.KAFKA / "server.properties").read_text(encoding="ascii"),
            f"listeners={named},CONTROLLER://{local}:{ports['controller']},PROXIED://{local}:{ports['behind']}",
            f"advertised.listeners={named},PROXIED://{local}:{ports['proxy']}",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT",
            f"controller.quorum.voters=1@{local}:{ports['controller']}",
            f"log.dirs={home / 'logs'}",
            f"transactional.id.expiration.ms={ID_EXPIRES_MS}",
            "transaction.remove.expired.transaction.cleanup.interval.ms=1000",
        ]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        tool = ["java", *self._classpath(), "kafka.tools.StorageTool", "format", "-t", real_kafka.CLUSTER]
        subprocess.run([*tool, "-c", str(config)], check=True, capture_output=True)
