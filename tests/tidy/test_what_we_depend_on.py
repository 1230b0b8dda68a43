"""Dependencies: pinned, hashed, from no address of anybody's, and under licences that go with ours."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from tree import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
EACH_LOCK = pytest.mark.parametrize("lock", LOCKS, ids=[lock.name for lock in LOCKS])

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==\S+")
#: licences under which one may use a library in an Apache-2.0 product without changing one's own
COMPATIBLE = re.compile(
    r"Apache|\bMIT\b|\bBSD|\bISC\b|Python Software Foundation|\bPSF\b|\bMPL-2\.0\b|Mozilla Public License 2|Unlicense"
    r"|PostgreSQL|Zope|ZPL|CC0|0BSD|\bZlib\b",
    re.IGNORECASE,
)
#: and those that would change ours, also where another one is offered beside them
FOREIGN = re.compile(r"GPL|General Public|SSPL|BUSL|Business Source|Commons Clause|Proprietary", re.IGNORECASE)


def requirements(lock: Path) -> list[str]:
    """The entries of a lock file, each with its hashes on one line."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@EACH_LOCK
def test_every_dependency_is_pinned_with_hashes(lock: Path) -> None:
    """What is installed is what was tested, to the byte."""
    loose = [line[:60] for line in requirements(lock) if not _PIN.match(line) or "--hash=sha256:" not in line]
    assert loose == []


@EACH_LOCK
def test_a_lock_file_names_no_address(lock: Path) -> None:
    """Where packages come from is the installer's affair."""
    text = lock.read_text(encoding="utf-8")
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url.*|--find-links.*", text) == []


def test_both_lock_files_agree() -> None:
    """Who develops runs what is delivered."""
    pins = [{line.split()[0] for line in requirements(lock)} for lock in LOCKS]
    assert pins[0] <= pins[1]


def test_what_is_asked_for_is_locked() -> None:
    """Each dependency of pyproject.toml is in the lock file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["embedded"]]
    names = {normal(re.split(r"[\s<>=!~;\[]", wanted, maxsplit=1)[0]) for wanted in asked}
    locked = {normal(found[1]) for line in requirements(LOCKS[0]) if (found := _PIN.match(line))}
    assert names - locked == set()


def licence(name: str) -> str | None:
    """What a package says of its licence; None when it is not installed here."""
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:  # of another platform or Python
        return None
    classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License")]
    expressions = told.get_all("License-Expression", [])
    first_lines = [text.strip().partition("\n")[0] for text in told.get_all("License", [])]
    return " / ".join([*expressions, *first_lines, *classifiers])


def test_licences_go_with_ours() -> None:
    """Nothing that we need to run asks more than Apache-2.0 can give."""
    names = [found[1] for line in requirements(LOCKS[0]) if (found := _PIN.match(line))]
    told = {name: licence(name) for name in names}
    known = {name: said for name, said in told.items() if said is not None}
    assert {n: said for n, said in known.items() if not COMPATIBLE.search(said) or FOREIGN.search(said)} == {}
