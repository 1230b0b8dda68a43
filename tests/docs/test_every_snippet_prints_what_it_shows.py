"""The documents' commands, run as a reader would, print what is shown."""

import re
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from snippets import DOCUMENTS, KINDS, ROOT, Block, Command, blocks, environment

BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]
WITH_SERVERS = [d for d in DOCUMENTS if any(block.kind == "console journey" for block in blocks(d))]
EXPORT = re.compile(r"^export (\w+)=(\S+)$", re.MULTILINE)


def each(kind: str) -> pytest.MarkDecorator:
    """Run a test with each block of a kind, named by the place where it stands."""
    found = [block for block in BLOCKS if block.kind == kind]
    return pytest.mark.parametrize("block", found, ids=[block.name for block in found])


def test_every_block_says_what_it_is() -> None:
    """No command hides from these tests behind a block without a name."""
    assert [block.name for block in BLOCKS if block.kind not in KINDS] == []


@each("console")
def test_a_command_prints_what_is_shown(block: Block) -> None:
    """What a document shows is what the command prints today."""
    for command in block.commands():
        command.assert_shown(command.run(environment()))


@each("toml")
def test_a_toml_block_holds_settings(block: Block, tmp_path: Path) -> None:
    """A reader can use it as a settings file."""
    file = tmp_path / "drawbridge.toml"
    file.write_text(block.text, encoding="utf-8")
    listed = Command(f"drawbridge settings --config '{file}'").run(environment())
    assert all(f"DRAWBRIDGE_{name.upper()}=" in listed for name in tomllib.loads(block.text))


@each("console by-hand")
def test_what_is_shown_only_calls_a_target_that_exists(block: Block) -> None:
    """A command that no test runs is at least a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in block.commands():
        target = command.line.removeprefix("make ")
        assert re.search(rf"^{re.escape(target)}:.*##", makefile, re.MULTILINE), command.line


@contextmanager
def served(command: Command, folder: Path) -> Iterator[dict[str, str]]:
    """Run `drawbridge up` as shown, and yield the environment of a second terminal; stop it at the end."""
    log = folder / "up.log"
    with log.open("wb") as out:
        up = subprocess.Popen(["/bin/sh", "-c", f"exec env {command.line}"], cwd=folder, env=environment(), stdout=out)
    try:
        deadline = time.monotonic() + 90
        while len(found := EXPORT.findall(log.read_text(encoding="utf-8"))) < len(command.shown):
            assert up.poll() is None, "`drawbridge up` ended by itself"
            assert time.monotonic() < deadline, "`drawbridge up` does not come up"
            time.sleep(0.2)
        command.assert_shown(log.read_text(encoding="utf-8"))
        yield environment(**dict(found))
    finally:
        up.terminate()
        assert up.wait(30) == 0


@pytest.mark.journey
@pytest.mark.parametrize("document", WITH_SERVERS, ids=lambda document: document.name)
def test_a_document_can_be_followed_from_top_to_bottom(document: Path, tmp_path: Path) -> None:
    """Whoever types what a document shows, in its order, sees what it shows."""
    commands = [c for block in blocks(document) if block.kind == "console journey" for c in block.commands()]
    if not commands[0].starts_servers:
        for command in commands:
            command.assert_shown(command.run(environment()))
        return
    with served(commands[0], tmp_path) as second_terminal:
        for command in commands[1:]:
            command.assert_shown(command.run(second_terminal))
