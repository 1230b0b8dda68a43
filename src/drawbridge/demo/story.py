"""What a story is: messages in order, and what must come of them."""

from dataclasses import dataclass

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a story, or a few that belong together."""

    says: str
    """What happens, in words."""
    line: bytes
    answer: str = ACCEPTED
    """`accepted`, the code of the refusal, or the reason of the dead letter."""
    sender: str = ""
    """Whose topic takes bytes that do not tell their sender."""
    then: tuple[bytes, ...] = ()
    """Messages that follow it and are shown with it; each is to be answered alike."""


@dataclass(frozen=True, slots=True)
class Story:
    """A case from its letter to its end."""

    title: str
    subject: str
    steps: tuple[Step, ...]
    outcome: tuple[str, ...]
    """Event types that must stand in the journal for this case, in this order among themselves."""


def yuan(amount_fen: int) -> str:
    """Write an amount in yuan: `1,800,000.00`."""
    return f"{amount_fen // 100:,}.{amount_fen % 100:02}"
