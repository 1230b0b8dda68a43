"""What a demo looks like: a hundred columns, plain when it is not a terminal."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from drawbridge.demo.funds import Movement
from drawbridge.demo.post import NAMES
from drawbridge.demo.story import ACCEPTED, Step, Story, yuan
from drawbridge.page import pad, wrap

_WIDTH = 100
_ROLES = {"operator": "finance bureau", "agency": "助保贷 office"}
#: columns of the longest code that is shown whole: an enterprise's
_CODE = 18
_SEVERITY_STYLE = {"critical": "bold red", "high": "red", "warning": "yellow", "info": "cyan"}


class Screen:
    """Prints a demo as it goes."""

    def __init__(self) -> None:
        width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns) if sys.stdout.isatty() else _WIDTH
        self._console = Console(width=width, highlight=False, soft_wrap=True)

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

    def step(self, step: Step, sent: dict[str, Any] | None, answers: list[dict[str, Any]]) -> None:
        """Print a message and its answer; of messages that belong together the first, and all answers."""
        when = "" if sent is None else sent["time"][:16].replace("T", " ")
        who = NAMES.get(step.sender, "") if sent is None else _name(sent["source"])
        line = Text()
        line.append(_column(when, 18), "dim").append(_column(who, 20)).append(step.says)
        self._console.print(line)
        accepted = all(answer["type"] == "receipt.accepted.v1" for answer in answers)
        for told in wrap(_told(answers), 18, 20):
            self.say(told, "green" if accepted else "yellow")

    def alert(self, alert: dict[str, Any], times: int = 1) -> None:
        """Print an alert, once for several that tell the same at the same moment."""
        data = alert["data"]
        line = Text()
        line.append(_column(_moment(alert["recordedtime"]), 18), "dim")
        if alert["type"] == "alert.raised.v1":
            line.append(_column(data["severity"], 10), _SEVERITY_STYLE[data["severity"]]).append(data["title"])
        else:
            line.append(_column("cleared", 10), "green").append(data["title"], "dim")
        if times > 1:
            line.append(f"  ×{times}", "dim")
        self._console.print(line)

    def credit(self, event: dict[str, Any]) -> None:
        """Print an entry of the credit feed."""
        data = event["data"]
        what = " ".join(event["type"].split(".")[1:3])
        kind, _, code = event["subject"].partition("/")
        who = f"{kind}/{code if len(code) <= _CODE else code[:8] + '…'}"
        line = Text()
        line.append(_column(_moment(event["time"]), 18), "dim").append(_column(what, 18))
        line.append(f"{_column(who, 31)}{yuan(data['amount_fen']):>14} yuan")
        self._console.print(line)
        about = data["enterprise"]["name"] if "enterprise" in data else f"{data['name']} {data.get('role', '')}"
        self.say(f"{' ' * 36}{_column(about, 31)} {data['case']}", "dim")

    def funds(self, moved: Iterable[Movement]) -> None:
        """Print what came into a pool's funds and went out of them, in yuan, and what is left."""
        self.say(f"{'':52}{'contributions':>20}{'risk fund':>20}", "dim")
        left = [0, 0]
        for one in moved:
            parts = one.contributions_fen, one.risk_fund_fen
            left = [total + part for total, part in zip(left, parts, strict=True)]
            line = f"{_column(one.on, 12)}{_column(one.what, 34)}{one.article:<6}{''.join(map(_signed, parts))}"
            self.say(line.rstrip())
        self.say(f"{'':12}{'left':<40}{''.join(f'{yuan(total):>20}' for total in left)}", "bold")

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


def _told(answers: list[dict[str, Any]]) -> str:
    """Say in a line what a step was answered."""
    events: list[str] = []
    for answer in answers:
        if answer["type"] == "dead_letter.v1":
            return f"✗ dead letter {answer['reason']}: {answer['detail']}"
        if answer["type"] != "receipt.accepted.v1":
            return f"✗ {answer['data']['code']}: {answer['data']['detail']}"
        events += [type_.removesuffix(".v1") for type_ in answer["data"]["events"]]
    counted = Counter(events)
    said = (f"{type_} ×{count}" if count > 1 else type_ for type_, count in counted.items())
    return "✓ " + (", ".join(said) or "noted")


def _moment(instant: str) -> str:
    return instant[:16].replace("T", " ")


def _signed(amount_fen: int) -> str:
    """Write what came in or went out, 20 columns wide; nothing for nothing."""
    sign = "-" if amount_fen < 0 else "+"
    return f"{sign + yuan(abs(amount_fen)) if amount_fen else '':>20}"


def _column(text: str, columns: int) -> str:
    """Fill a text up to its column, and leave at least one blank after it."""
    return pad(text + " ", columns)
