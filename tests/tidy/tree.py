"""The files that the tidiness tests look at: all that is tracked, or would be with the next `git add`."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = {".git", ".venv", "__pycache__", ".cache", "build", "dist"}


@cache
def files() -> tuple[Path, ...]:
    """Return every file of the project; outside a checkout, every file that is there."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
        found = {ROOT / name for name in listed.split("\0") if name}
    else:
        found = {path for path in ROOT.rglob("*") if not _LEFT_OUT & set(path.relative_to(ROOT).parts)}
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def modules(folder: str) -> tuple[Path, ...]:
    """Return the Python files below `src` or `tests`."""
    return tuple(path for path in files() if path.suffix == ".py" and path.is_relative_to(ROOT / folder))


def named(path: Path) -> str:
    """Return a file's name for a reader."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    """Return what stands in a text file; nothing of a binary one."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
