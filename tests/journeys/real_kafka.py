"""Apache Kafka for the journeys: fetched from Maven Central once, one KRaft node a run, ended with the test process."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from drawbridge.embedded.processes import Leashed, ServerFailedError, free_port, leashed, listens

KAFKA = Path(__file__).parents[2] / "deploy" / "kafka"
VERSION = "4.1.1"
#: a Java machine that is one of several takes a minute
STARTS_WITHIN_S = 180.0
CLUSTER = "ZHJhd2JyaWRnZS10ZXN0cw"  # any 16 bytes in base64url


@dataclass(slots=True)
class RealKafka:
    """A running broker: its `host:port`, its process, and the port on which a proxy finds it, if it was told of one."""

    address: str
    server: Leashed
    behind_proxy: int = 0

    def stop(self) -> None:
        """End the broker and remove what it wrote."""
        self.server.stop()


def missing() -> str | None:
    """Say what this machine lacks for a real Kafka, or None."""
    if shutil.which("java") is None:
        return "Java is not installed"
    if not jars().exists() and shutil.which("mvn") is None:
        return "Maven is not installed, and Kafka's jars are not in the cache"
    return None


def jars() -> Path:
    """Return the folder that holds Kafka's jars once they are fetched."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "drawbridge" / f"kafka-{VERSION}"


def fetch() -> Path:
    """Return the folder of jars, fetched when this is the first run.

    Raises:
        ServerFailedError: Maven could not fetch them; the message holds what it said.
    """
    done = jars()
    if done.exists():
        return done
    done.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=done.parent) as half:
        libs = Path(half) / "libs"
        run = subprocess.run(
            ["mvn", "-q", "-B", "-f", KAFKA / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={libs}"],  # noqa: S607 - Maven is where its installer put it
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise ServerFailedError(f"Maven could not fetch Kafka: {run.stdout[-800:]}{run.stderr[-800:]}")
        if not done.exists():
            libs.rename(done)  # whole or not at all: another run may be fetching too
    return done


#: of a broker that a test starts: soon there, with code that is compiled at once and not well
QUICK_JVM = ("-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def start_kafka(
    proxy: int = 0,
    *,
    protocol: str = "PLAINTEXT",
    users: Mapping[str, str] = MappingProxyType({}),
    jvm: Sequence[str] = QUICK_JVM,
    **settings: str,
) -> RealKafka:
    """Start a broker in a temporary folder on free loopback ports.

    Args:
        proxy: a port that it names to clients which come to it by way of a proxy there; 0 for no proxy.
        protocol: how clients, and the broker as its own client, speak to it.
        users: of SCRAM, with their passwords.
        jvm: options of its Java.
        settings: of the broker, above those of every test; an underscore stands for a dot.
    """
    classpath = f"{fetch()}/*"
    folder = Path(tempfile.mkdtemp(prefix="drawbridge-kafka-"))
    broker, controller = free_port(), free_port()
    config, behind = folder / "server.properties", free_port() if proxy else 0
    proxied = f",PROXIED://127.0.0.1:{behind}" if proxy else ""
    config.write_text(
        (KAFKA / "server.properties").read_text(encoding="ascii")
        + f"listeners=BROKER://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}{proxied}\n"
        + f"advertised.listeners=BROKER://127.0.0.1:{broker}{f',PROXIED://127.0.0.1:{proxy}' if proxy else ''}\n"
        + f"listener.security.protocol.map=CONTROLLER:PLAINTEXT,BROKER:{protocol},PROXIED:PLAINTEXT\n"
        + "inter.broker.listener.name=BROKER\n"
        + "".join(f"{name.replace('_', '.')}={value}\n" for name, value in settings.items())
        + f"controller.quorum.voters=1@127.0.0.1:{controller}\n"
        + f"log.dirs={folder / 'logs'}\n",
        encoding="utf-8",
    )
    java = ["java", *jvm, "-cp", classpath]
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    scram = [
        part
        for name, password in users.items()
        for mechanism in ("SCRAM-SHA-512", "SCRAM-SHA-256")
        for part in ("--add-scram", f"{mechanism}=[name={name},password={password}]")
    ]
    subprocess.run(
        [*java, quiet, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(config), *scram],
        check=True,
        capture_output=True,
    )
    server = leashed(
        "Apache Kafka",
        [*java, quiet, "kafka.Kafka", str(config)],
        folder / "kafka.log",
        stop=signal.SIGKILL,  # what it holds goes with it: an orderly shutdown would only take time
        remove=[folder],
    )
    server.wait_until(lambda: listens(broker), STARTS_WITHIN_S)
    return RealKafka(f"127.0.0.1:{broker}", server, behind)
