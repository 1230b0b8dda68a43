"""The stage: everything embedded in a temporary folder, the stories sent through it, and the outcome read back."""

import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from aiokafka import TopicPartition

from drawbridge import wiring
from drawbridge.bank.envelope import Sender, parse_source
from drawbridge.demo.post import AGENCIES, OPERATORS
from drawbridge.demo.story import Step
from drawbridge.embedded.processes import Leashed, leashed
from drawbridge.sending import Letterbox
from drawbridge.settings import PREFIX, Settings, load
from drawbridge.topics import ALERTS, CREDIT_RECORDS

#: seconds that everything may take to come up on a busy machine
_UP_WITHIN_S = 90.0
_ADDRESS = re.compile(r"^export (DRAWBRIDGE_\w+)=(\S+)$", re.MULTILINE)


class DemoFailedError(RuntimeError):
    """Something did not come out as told."""


@dataclass(slots=True)
class Stage:
    """The running service, and how a bank reaches it."""

    settings: Settings
    environment: dict[str, str]
    broker: wiring.Broker
    box: Letterbox

    async def send(self, step: Step) -> list[dict[str, Any]]:
        """Put a step's messages on their senders' topics and return the answers: receipts or dead letters."""
        answers = []
        for line in (step.line, *step.then):
            receipt, _ = await self.box.ask(_sender(step, line), b"", line)
            answers.append(orjson.loads(receipt))
        return answers

    async def topic(self, name: str) -> list[dict[str, Any]]:
        """Return all that stands on an outbound topic so far."""
        consumer = self.broker.consumer()
        await consumer.start()
        try:
            topic = self.settings.topic(name)
            places = [TopicPartition(topic, partition) for partition in range(await self.broker.partitions(topic))]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            found = []
            while batch := await consumer.getmany(timeout_ms=700):
                found += [orjson.loads(record.value) for records in batch.values() for record in records]
            return found
        finally:
            await consumer.stop()

    async def alerts(self) -> list[dict[str, Any]]:
        """Return the alerts raised and cleared."""
        return await self.topic(ALERTS)

    async def credit(self) -> list[dict[str, Any]]:
        """Return the credit feed in the order of the journals; the topic keeps it for each subject only."""
        feed = await self.topic(CREDIT_RECORDS)
        return sorted(feed, key=lambda event: (event["recordedtime"], int(event["sequence"])))

    def command(self, *words: str, given: str | None = None) -> str:
        """Run one of drawbridge's commands against the stage's database and return what it printed.

        Args:
            words: the command and its arguments.
            given: what it reads on standard input.

        Raises:
            DemoFailedError: it exited with another code than 0.
        """
        run = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", "drawbridge", *words],
            env=self.environment,
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if run.returncode:
            raise DemoFailedError(f"`drawbridge {' '.join(words)}` exited with {run.returncode}: {run.stderr.strip()}")
        return run.stdout


def _sender(step: Step, line: bytes) -> Sender:
    """Return whose topic takes a message of a step."""
    if step.sender:
        return Sender("bank", step.sender)
    sender = parse_source(orjson.loads(line)["source"])
    if sender is None:
        raise DemoFailedError("a story's message does not tell its sender")
    return sender


@contextmanager
def _everything_up(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Start broker, database and service; yield their addresses; stop all of it."""
    # settings of whoever runs the demo are not the demo's
    foreign = {name: value for name, value in environment.items() if not name.startswith(PREFIX)}
    own = {"clock": "messages", "operators": ",".join(OPERATORS), "agencies": ",".join(AGENCIES)}
    ours = foreign | {f"{PREFIX}{name.upper()}": value for name, value in own.items()}
    with tempfile.TemporaryDirectory(prefix="drawbridge-demo-") as folder:
        log = Path(folder) / "up.log"
        up = leashed("drawbridge up", [sys.executable, "-m", "drawbridge", "up"], log, environment=ours)
        try:
            up.wait_until(lambda: len(_addresses(log)) >= 2, _UP_WITHIN_S)  # noqa: PLR2004 - broker and database
            yield ours | _addresses(log)
        except BaseException:
            _tell_last_words(up)
            raise
        finally:
            up.stop()


def _addresses(log: Path) -> dict[str, str]:
    return dict(_ADDRESS.findall(log.read_text(encoding="utf-8"))) if log.exists() else {}


def _tell_last_words(up: Leashed) -> None:
    sys.stderr.write(f"\nthe service said last:\n{up.last_words()}\n")


@asynccontextmanager
async def set_stage(environment: dict[str, str]) -> AsyncIterator[Stage]:
    """Hold a stage for the time of a demo.

    Args:
        environment: the process's environment variables.
    """
    with _everything_up(environment) as addresses:
        settings, _ = load(None, addresses)
        broker = await wiring.broker(settings)
        try:
            async with Letterbox(settings, broker, answer_within_s=_UP_WITHIN_S) as box:
                yield Stage(settings, addresses, broker, box)
        finally:
            await broker.close()
