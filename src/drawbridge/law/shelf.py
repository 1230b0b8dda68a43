"""What stands under a subject, read when it is first looked at: a scheme with very many cases begins at once."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Shelf(MutableMapping[str, Value], Generic[Value]):
    """A mapping by subject. A value may still be the bytes that a snapshot had of it.

    Counting the subjects, and asking whether one is there, reads nothing; what else looks at a value reads it, once.

    Args:
        read: reads the bytes laid under a subject; no value is itself of bytes.
    """

    __slots__ = ("_read", "_values")

    def __init__(self, read: Callable[[str, bytes], Value]) -> None:
        self._read = read
        self._values: dict[str, Value | bytes] = {}

    def lay(self, subject: str, told: bytes) -> None:
        """Lay a value there as bytes, in the place of what stood there."""
        self._values[subject] = told

    def unread(self, subject: str) -> bytes | None:
        """Return the bytes of a value that nobody has looked at yet; None when there is no such value."""
        value = self._values.get(subject)
        return value if isinstance(value, bytes) else None

    def __getitem__(self, subject: str) -> Value:
        value = self._values[subject]
        if isinstance(value, bytes):
            value = self._values[subject] = self._read(subject, value)
        return value

    def __setitem__(self, subject: str, value: Value) -> None:
        self._values[subject] = value

    def __delitem__(self, subject: str) -> None:
        del self._values[subject]

    def __contains__(self, subject: object) -> bool:
        return subject in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
