"""What outlasts a loss of power."""

import os
from pathlib import Path


def keep_entries(folder: Path) -> None:
    """Have the disk keep which files a folder holds, and by what names.

    Raises:
        OSError: the folder cannot be read, or the disk refuses.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
