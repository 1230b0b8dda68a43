"""Carries out operators' rulings on dead letters, at the desk whose journal holds them.

A dead letter that is resubmitted is decided as what it was: its sender's message, with its bytes and headers, and a
receipt on its sender's topic; only it is received now, when the ruling was. What was ruled stands in the journal in the
same transaction as what came of it.
"""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from drawbridge.gateway.facts import Fact
from drawbridge.gateway.intake import checked
from drawbridge.gateway.journal import DeskJournal
from drawbridge.gateway.rulings import Ruling, RulingError, digest_of, is_ruling, read_ruling
from drawbridge.law import SCHEMES
from drawbridge.record.rows import Buried, Ruled
from drawbridge.settings import Settings

#: dead letters by position, and whether somebody has ruled on each
Letters = dict[int, tuple[Buried, bool]]


@dataclass(frozen=True, slots=True)
class Ruler:
    """The desk's part in it.

    Attributes:
        schemes: those that the desk decides.
    """

    settings: Settings
    journal: DeskJournal
    partition: int
    schemes: Collection[str]

    async def carry_out(self, facts: Sequence[Fact]) -> list[tuple[Fact | None, Ruled | None]]:
        """Return of each fact what is to be decided, and what was ruled.

        A ruling that resubmits is replaced by what it resubmits, one that discards by nothing; one that cannot be
        carried out becomes a dead letter itself.
        """
        if not any(_is_ruling(fact) for fact in facts):
            return [(fact, None) for fact in facts]
        letters = await self._letters(facts)
        found: list[tuple[Fact | None, Ruled | None]] = []
        for fact in facts:
            try:
                found.append(self._carry_out(fact, letters) if _is_ruling(fact) else (fact, None))
            except RulingError as why:
                found.append((fact.refuse(why.reason, str(why)), None))
        return found

    async def _letters(self, facts: Sequence[Fact]) -> Letters:
        """Return the dead letters on which is ruled, as far as there are such."""
        positions = set()
        for fact in filter(_is_ruling, facts):
            with contextlib.suppress(RulingError):  # it is told in its turn
                positions.add(read_ruling(self.settings, fact)[1].position)
        return await self.journal.buried(self.partition, positions)

    def _carry_out(self, fact: Fact, letters: Letters) -> tuple[Fact | None, Ruled]:
        """Carry out one ruling: return what it resubmits, None when it discards, and what is noted of it.

        Raises:
            RulingError: it cannot be carried out.
        """
        operator, ruling = read_ruling(self.settings, fact)
        letter = self._letter(ruling, letters)
        resubmitted = self._resubmitted(fact, letter) if ruling.kind == "resubmit" else None
        del letters[ruling.position]
        ruled = Ruled(
            position=ruling.position,
            kind=ruling.kind,
            operator=operator,
            reason=ruling.reason,
            ruled_at=fact.recorded_at,
            origin=fact.origin,
            about=None if resubmitted is None else letter.origin,
        )
        return resubmitted, ruled

    def _letter(self, ruling: Ruling, letters: Letters) -> Buried:
        """Return the dead letter that is meant.

        Raises:
            RulingError: there is none, it has other bytes, or somebody has ruled on it.
        """
        named = f"dead letter {ruling.partition}/{ruling.position}"
        letter, is_ruled = letters.get(ruling.position, (None, False))
        if letter is None or ruling.partition != self.partition:
            raise RulingError(f"{named} does not stand in the journal, or was ruled on a moment ago")
        if is_ruled:
            raise RulingError(f"{named} was ruled on before: `drawbridge dead-letters show` tells by whom")
        if digest_of(letter.raw) != ruling.digest:
            raise RulingError(f"the bytes of {named} have another SHA-256: look at it before you rule on it")
        return letter

    def _resubmitted(self, fact: Fact, letter: Buried) -> Fact:
        """Return a dead letter as it would be forwarded now.

        Raises:
            RulingError: another desk decides its scheme.
        """
        again = Fact(letter.origin, fact.recorded_at, letter.raw, letter.headers)
        scheme, again = checked(self.settings, again)
        if scheme in (self.settings.schemes or SCHEMES) and scheme not in self.schemes:
            raise RulingError(f"{scheme} is decided elsewhere: have the sender send it again under a new `id`")
        return again


def _is_ruling(fact: Fact) -> bool:
    """Tell whether a fact is a ruling that intake let pass."""
    return fact.refused is None and is_ruling(fact.headers)
