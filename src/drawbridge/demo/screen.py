"""What a demo looks like: a hundred columns, plain when it is not a terminal."""

import shutil
import sys
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from drawbridge.demo.sender import NAMES
from drawbridge.demo.stories import ACCEPTED, Step, Story

_WIDTH = 100
_ROLES = {"operator": "finance bureau"}
_SEVERITY_STYLE = {"critical": "bold red", "high": "red", "warning": "yellow", "info": "cyan"}


class Screen:
    """Prints a demo as it goes."""

    def __init__(self) -> None:
        width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns) if sys.stdout.isatty() else _WIDTH
        self._console = Console(width=width, highlight=False, soft_wrap=True)
        self._alerts: dict[str, str] = {}

    def say(self, text: str = "", style: str = "") -> None:
        """Print a line."""
        self._console.print(Text(text, style=style))

    def heading(self, text: str) -> None:
        """Print a heading."""
        self.say()
        self.say(text, "bold")
        self.say("─" * cell_len(text), "dim")

    def story(self, number: int, story: Story) -> None:
        """Announce a story."""
        self.heading(f"{number}  {story.title}")
        self.say(f"case {story.subject}", "dim")

    def step(self, step: Step, sent: dict[str, Any] | None, answer: dict[str, Any]) -> None:
        """Print a message and its answer."""
        when = "" if sent is None else sent["time"][:16].replace("T", " ")
        who = NAMES.get(step.sender, "") if sent is None else _name(sent["source"])
        line = Text()
        line.append(_pad(when, 18), "dim").append(_pad(who, 20)).append(step.says)
        self._console.print(line)
        accepted = answer["type"] == "receipt.accepted.v1"
        style = "green" if accepted else "yellow"
        self._console.print(Text(" " * 18 + _told(answer), style))

    def alert(self, alert: dict[str, Any]) -> None:
        """Print an alert."""
        data, when = alert["data"], alert["recordedtime"][:16].replace("T", " ")
        line = Text()
        line.append(_pad(when, 18), "dim")
        if alert["type"] == "alert.raised.v1":
            self._alerts[data["event"]] = data["title"]
            line.append(_pad(data["severity"], 10), _SEVERITY_STYLE[data["severity"]]).append(data["title"])
        else:
            line.append(_pad("cleared", 10), "green").append(self._alerts.get(data["event"], data["event"]), "dim")
        self._console.print(line)

    def credit(self, event: dict[str, Any]) -> None:
        """Print an entry of the credit feed."""
        data = event["data"]
        line = Text()
        line.append(_pad(event["time"][:16].replace("T", " "), 18), "dim").append(_pad(event["type"].split(".")[2], 10))
        line.append(f"{event['subject']}  {data['amount_fen'] / 100:,.2f} yuan  {data['case']}")
        self._console.print(line)

    def page(self, text: str) -> None:
        """Print a page as another command has set it."""
        self._console.out(text.rstrip(), highlight=False)


def as_told(step: Step, answer: dict[str, Any]) -> bool:
    """Tell whether an answer is the one that the story tells."""
    if step.answer == ACCEPTED:
        return bool(answer["type"] == "receipt.accepted.v1")
    return step.answer in (answer.get("reason"), answer.get("data", {}).get("code"))


def _name(source: str) -> str:
    _, role, name = source.split(":", 2)
    return NAMES.get(name, _ROLES.get(role, name))


def _told(answer: dict[str, Any]) -> str:
    """Say an answer in one line."""
    if answer["type"] == "dead_letter.v1":
        return f"✗ dead letter {answer['reason']}: {answer['detail']}"
    data = answer["data"]
    if answer["type"] == "receipt.accepted.v1":
        return "✓ " + (", ".join(type_.removesuffix(".v1") for type_ in data["events"]) or "noted")
    return f"✗ {data['code']}: {data['detail']}"


def _pad(text: str, columns: int) -> str:
    return text + " " * max(1, columns - cell_len(text))
