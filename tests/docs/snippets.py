"""The documents' fenced blocks: how they are found, run and compared with what is shown.

A block's info string says what it is:

- `console`: commands after `$ ` and what they print; run by the fast tests
- `console journey`: the same, and it needs servers; `drawbridge up` runs until the document's last block
- `console by-hand`: shown only, because a test cannot run it (`make test` would run itself)
- `toml`: settings; `text`: neither commands nor anything to be checked

`…` stands for what is left out: alone on a line for any number of lines, within a line for any text.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
KINDS = {"console", "console journey", "console by-hand", "toml", "text"}

_FENCE = re.compile(r"^( *)```(.*)$")
_MADE_BY = {"make demo": "drawbridge demo"}
#: what a person would type into another terminal, and what a test would wait for in vain
_STARTS_SERVERS = re.compile(r"\bdrawbridge up\b")


@dataclass(slots=True)
class Command:
    """A command of a block and the output that is shown for it."""

    line: str
    shown: list[str] = field(default_factory=list)

    @property
    def starts_servers(self) -> bool:
        """Whether it runs until it is stopped."""
        return _STARTS_SERVERS.search(self.line) is not None

    def run(self, environment: dict[str, str]) -> str:
        """Run it in a shell at the project's root and return all that it printed.

        Raises:
            AssertionError: it failed.
        """
        done = subprocess.run(
            ["/bin/sh", "-c", _MADE_BY.get(self.line, self.line)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, f"$ {self.line}\nexited with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def assert_shown(self, printed: str) -> None:
        """Hold what was printed against what is shown.

        Raises:
            AssertionError: they differ.
        """
        shown = "\n".join(self.shown)
        assert is_as_shown(shown.strip("\n").split("\n"), printed.strip("\n").split("\n")), (
            f"$ {self.line}\nis shown to print\n\n{shown}\n\nbut prints\n\n{printed}"
        )


@dataclass(slots=True)
class Block:
    """A fenced block of a document."""

    document: Path
    number: int
    """Of its first line."""
    kind: str
    lines: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.document.relative_to(ROOT)}:{self.number}"

    @property
    def text(self) -> str:
        """What stands in it."""
        return "\n".join(self.lines)

    def commands(self) -> list[Command]:
        """Return its commands; one is continued on lines that begin with `> `."""
        found: list[Command] = []
        for line in self.lines:
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif line.startswith("> "):
                found[-1].line += "\n" + line[2:]
            else:
                found[-1].shown.append(line)
        return found


def blocks(document: Path) -> list[Block]:
    """Return a document's fenced blocks in order."""
    found: list[Block] = []
    is_open, indent = False, ""
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and not is_open:
            indent = fence[1]
            found.append(Block(document, number, fence[2]))
        elif not fence and is_open:
            found[-1].lines.append(line.removeprefix(indent))
        is_open = is_open != bool(fence)
    return found


def is_as_shown(shown: list[str], printed: list[str]) -> bool:
    """Tell whether printed lines are those shown, elisions filled."""
    reached = {0}  # how many printed lines the shown ones so far may have stood for
    for line in shown:
        if line.strip() == "…":
            reached = set(range(min(reached, default=0), len(printed) + 1)) if reached else set()
            continue
        form = re.compile(".*".join(re.escape(part) for part in line.rstrip().split("…")))
        reached = {n + 1 for n in reached if n < len(printed) and form.fullmatch(printed[n].rstrip())}
    return len(printed) in reached


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a reader who has just installed the project: none of its settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DRAWBRIDGE_")}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{own.get('PATH', '')}"
    return own | {"PATH": programs, "PYTHONUTF8": "1", "COLUMNS": "100"} | more
