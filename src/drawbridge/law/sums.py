"""What a scheme counts over all its cases: brought up to date case by case, and summed up anew from a snapshot.

Each case's part stands in its own body of the snapshot. So no snapshot writes all of it again.
"""

from dataclasses import dataclass, field

import orjson

from drawbridge.law.case import Case


@dataclass(slots=True)
class Sums:
    """The part of a scheme's book that is the sum of its cases in memory."""

    counted_fen: dict[str, int] = field(default_factory=dict)
    """By organisation code: what its open cases count against the most that an enterprise may have."""
    outstanding: set[str] = field(default_factory=set)
    """Subjects of the loans with something outstanding, by all payments recorded."""

    def count(self, case: Case, counted_fen: int) -> None:
        """Bring an enterprise's sum to what a case counts now."""
        self._add(case.org_code, counted_fen - case.counted_fen)
        case.counted_fen = counted_fen

    def note(self, case: Case, outstanding_fen: int) -> None:
        """Take note of whether something is outstanding on a case."""
        if outstanding_fen:
            self.outstanding.add(case.subject)
        else:
            self.outstanding.discard(case.subject)

    def part_of(self, case: Case) -> bytes:
        """Write what a case adds to the sums, on one line."""
        return orjson.dumps((case.org_code, case.counted_fen, case.subject in self.outstanding))

    def take(self, subject: str, part: bytes) -> None:
        """Add the part of a case, as it was written."""
        org_code, counted_fen, is_outstanding = orjson.loads(part)
        self._add(org_code, counted_fen)
        if is_outstanding:
            self.outstanding.add(subject)

    def _add(self, org_code: str, fen: int) -> None:
        """Add to an enterprise's sum; one that comes to nothing takes no room."""
        total = self.counted_fen.get(org_code, 0) + fen
        if total:
            self.counted_fen[org_code] = total
        else:
            self.counted_fen.pop(org_code, None)
