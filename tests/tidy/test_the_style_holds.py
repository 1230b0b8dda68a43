"""Style that a linter does not know: sizes, names, and what may not stand in any file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from tree import ROOT, files, modules, named, text_of

#: lines that fit a reader's head
MODULE_LINES = {"src": 300, "tests": 320}
#: lines that fit a screen
FUNCTION_LINES = {"src": 50, "tests": 60}
FOLDERS = pytest.mark.parametrize("folder", ["src", "tests"])

WORDS_OF_A_SENTENCE = 3

#: where somebody's machine would show; put together here so that this file does not name them
_SOMEBODYS_MACHINE = re.compile(
    "|".join(rf"(?<![\w.$}}~-])/{folder}/\w" for folder in ("home", "Users", "root", "work", "farm", "tmp", "mnt"))
)
_REGISTRIES = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "python" + r"hosted\.org",
            r"repo\d?\." + "maven",
            "conda" + r"\.anaconda",
            "docker" + r"\.io",
        )
    )
)
_LEFT_FOR_LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
_IGNORED = re.compile(r'^\s*"[A-Z]+\d+",')
_WITHOUT_REASON = re.compile(r"#\s*noqa(?!: [A-Z\d, ]+ - \S)")
#: words that name an amount of money unless a unit says otherwise
_MONEY = re.compile(
    r"(?:^|_)(?:amount|principal|interest|penalty|deposit|balance|excess|capacity|shortfall|outstanding)$"
)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions and methods of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@FOLDERS
def test_a_module_is_no_longer_than_a_reader_bears(folder: str) -> None:
    """A longer one has two subjects."""
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(folder)}
    assert {name: n for name, n in lengths.items() if n > MODULE_LINES[folder]} == {}


@FOLDERS
def test_a_function_fits_a_screen(folder: str) -> None:
    """A longer one does two things."""
    found = {}
    for path in modules(folder):
        for function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES[folder]:
                found[f"{named(path)}:{function.lineno} {function.name}"] = lines
    assert found == {}


def fields() -> Iterator[tuple[str, str, str]]:
    """Every annotated name of the source: where it stands, the name, its annotation."""
    for path in modules("src"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield f"{named(path)}:{node.lineno}", node.target.id, ast.unparse(node.annotation)
            elif isinstance(node, ast.arg) and node.annotation is not None:
                yield f"{named(path)}:{node.lineno}", node.arg, ast.unparse(node.annotation)


def test_an_amount_of_money_is_named_by_its_unit() -> None:
    """Money is whole fen, and its name ends in `_fen`: nobody has to guess."""
    money = [
        (place, name, kind)
        for place, name, kind in fields()
        if (_MONEY.search(name) and re.search(r"\bint\b", kind)) or (re.search(r"Fen\b", kind) and "Text" not in kind)
    ]
    assert [entry for entry in money if not entry[1].endswith("_fen")] == []


def test_a_test_states_its_promise() -> None:
    """A test's name is a sentence, and its docstring says what is promised."""
    tests = [(path, f) for path in modules("tests") for f in functions(path) if f.name.startswith("test_")]
    assert [f"{named(path)}:{f.lineno} {f.name}" for path, f in tests if f.name.count("_") < WORDS_OF_A_SENTENCE] == []
    assert [f"{named(path)}:{f.lineno} {f.name}" for path, f in tests if ast.get_docstring(f) is None] == []


@pytest.mark.parametrize(
    ("pattern", "planted"),
    [
        (_SOMEBODYS_MACHINE, "see /" + "home/li/notes"),
        (_REGISTRIES, "from files.python" + "hosted.org"),
        (_LEFT_FOR_LATER, "# TO" + "DO: later"),
    ],
    ids=["machines", "registries", "later"],
)
def test_what_is_forbidden_would_be_found(pattern: re.Pattern[str], planted: str) -> None:
    """The patterns below find what they are for."""
    assert pattern.search(planted)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of somebody's machine", _SOMEBODYS_MACHINE),
        ("a registry's address", _REGISTRIES),
        ("something left for later", _LEFT_FOR_LATER),
    ],
    ids=["machines", "registries", "later"],
)
def test_no_file_holds(what: str, pattern: re.Pattern[str]) -> None:
    """The project stands alone, and what is not done is an issue, not a comment."""
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], what


def test_imports_go_one_way() -> None:
    """The core knows no I/O, the stages know only what lies before them (the contracts in pyproject.toml)."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_every_ignored_check_has_its_reason() -> None:
    """Whoever switches a check off says why: in pyproject.toml, and beside the code."""
    in_project = [line.strip() for line in text_of(ROOT / "pyproject.toml").splitlines() if _IGNORED.match(line)]
    assert [line for line in in_project if not re.search(r"#\s*\S", line)] == []
    beside = [
        f"{named(path)}:{number}: {line.strip()[-80:]}"
        for path in modules("src")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if _WITHOUT_REASON.search(line)
    ]
    assert beside == []
