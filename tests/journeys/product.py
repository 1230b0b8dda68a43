"""The product's commands against one database, without a broker."""

import os
import subprocess
import sys
from collections.abc import Callable

Product = Callable[..., "subprocess.CompletedProcess[str]"]


def product(database: str) -> Product:
    """Return what runs a command of the product on a database, and gives its exit code and what it said."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "drawbridge", *arguments],
            env=os.environ | {"DRAWBRIDGE_DATABASE": database},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
