"""A page of text, 100 columns wide: wrapping that knows Chinese characters are two columns wide."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

WIDTH = 100
#: a word of narrow characters with the blanks after it, or one wide character with the marks that must not be torn off
_PIECE = re.compile(r"[!-⺀]+\s*|[（《“〔]*[^!-⺀][，。；：、）》”〕？！]*\s*")


def wrap(text: str, indent: int = 0, hanging: int | None = None) -> Iterator[str]:
    """Break text into lines of at most 100 columns.

    Args:
        text: one paragraph.
        indent: blanks before the first line.
        hanging: blanks before the other lines; by default as many as before the first.
    """
    lead = " " * indent
    line, width = "", indent
    for piece in _PIECE.findall(text):
        if line and width + cell_len(piece.rstrip()) > WIDTH:
            yield (lead + line).rstrip()
            lead = " " * (indent if hanging is None else hanging)
            line, width = "", len(lead)
        line += piece
        width += cell_len(piece)
    yield (lead + line).rstrip()


def clip(text: str, columns: int) -> str:
    """Cut text to a number of columns, with an ellipsis where something is left out."""
    if cell_len(text) <= columns:
        return text
    while cell_len(text) > columns - 1:
        text = text[:-1]
    return text + "…"


def pad(text: str, columns: int) -> str:
    """Fill text up with blanks to a number of columns."""
    return text + " " * max(0, columns - cell_len(text))
