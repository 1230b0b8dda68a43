"""`drawbridge schema`: its exit codes, and what it says when it cannot."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from drawbridge.commands.schema import command


def run(*arguments: str | Path) -> tuple[int, str]:
    """Run the command: (exit code, what it printed)."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_it_writes_then_finds_nothing_to_say(tmp_path: Path) -> None:
    """A folder just written has not drifted and breaks nothing."""
    folder = tmp_path / "a new folder"
    assert run("--write", folder)[0] == 0
    code, said = run("--check", folder, "--compare", folder)
    assert (code, said.count("\n")) == (0, 2)


def test_drift_is_exit_1_and_names_the_file(tmp_path: Path) -> None:
    """What differs is named, with the command that mends it."""
    run("--write", tmp_path)
    (tmp_path / "README.md").write_text("by hand")
    code, said = run("--check", tmp_path)
    assert code == 1
    assert "README.md: differs" in said
    assert f"drawbridge schema --write {tmp_path}" in said


def test_a_broken_promise_is_exit_1_and_named(tmp_path: Path) -> None:
    """A type of the old release that is gone is named."""
    run("--write", tmp_path)
    (tmp_path / "events/bridge.gone.v1.json").write_text("{}")
    code, said = run("--compare", tmp_path)
    assert code == 1
    assert "events/bridge.gone.v1.json: is gone" in said


@pytest.mark.parametrize("option", ["--check", "--compare"])
def test_a_folder_that_is_not_there_is_exit_2(option: str, tmp_path: Path) -> None:
    """A wrong path is told in a sentence."""
    code, said = run(option, tmp_path / "nowhere")
    assert code == 2
    assert "there is no such folder" in said


def test_a_folder_of_something_else_is_exit_2(tmp_path: Path) -> None:
    """Neither an empty folder nor one with broken files gives a traceback."""
    assert run("--compare", tmp_path)[0] == 2
    run("--write", tmp_path)
    (tmp_path / "events/bridge.repaid.v1.json").write_bytes(b"\xff{")
    assert run("--compare", tmp_path)[0] == 2
    assert run()[0] == 2
    assert run("--write", tmp_path / "README.md")[0] == 2
