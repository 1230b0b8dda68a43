"""The list of places at which a worker can be killed is whole: what is tested with it, is tested at every place."""

import ast
from pathlib import Path

import pytest

import drawbridge
from drawbridge import crash

SOURCE = Path(drawbridge.__file__).parent


def passed() -> list[str]:
    """Return the name of each place that the source passes, once for each time that it stands there."""
    return [
        str(ast.literal_eval(node.args[0]))
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "crash.point"
    ]


def test_the_source_passes_each_place_of_the_list_and_no_other() -> None:
    """A place that is added and not listed would never be tried; one that is listed and gone could not be."""
    assert sorted(passed()) == sorted(crash.POINTS)


def test_there_is_no_arming_for_a_place_that_does_not_exist() -> None:
    """The message names those that do."""
    with pytest.raises(ValueError, match=r", relay\.remembered$"):
        crash.arm("relay.nowhere")
