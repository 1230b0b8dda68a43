"""Whether each stage of a worker does its work: it has its share, its state is there, and what waits goes through."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

#: seconds for which records may wait with none of their source going through
STALLED_AFTER_S = 15.0
#: seconds after which a server that did not answer is taken for gone
SILENT_AFTER_S = 15.0


@dataclass(slots=True)
class Stage:
    """Intake, desk or relay of this worker, as it was last seen.

    Attributes:
        name: of the stage.
        is_settled: tells whether the broker's group has given this worker its share; a rebalance takes that back.
        given: tells the sources that are its share.
        open: tells those of them that it works on.
        waiting: how many records of each source wait, as was last seen.
    """

    name: str
    is_settled: Callable[[], bool]
    given: Callable[[], AbstractSet[str]]
    open: Callable[[], AbstractSet[str]]
    waiting: dict[str, int] = field(default_factory=dict)
    _moved: dict[str, tuple[int, float]] = field(default_factory=dict)

    def saw(self, positions: dict[str, tuple[int, int]], now: float) -> None:
        """Take note of how far each source was worked on.

        Args:
            positions: by source, how far it has come and how many records wait behind that.
            now: seconds of a clock that does not step.
        """
        self.waiting = {source: waiting for source, (_, waiting) in positions.items()}
        moved = {}
        for source, (at, waiting) in positions.items():
            before, since = self._moved.get(source, (at, now))
            moved[source] = (at, since if waiting and at == before else now)
        self._moved = moved

    def stands_still(self, source: str, at: int) -> bool:
        """Tell whether a source had come just as far when it was last seen."""
        return self._moved.get(source, (-1, 0.0))[0] == at

    def complaints(self, now: float) -> Iterator[str]:
        """Yield why this stage does not do its work, a line each."""
        if not self.is_settled():
            yield f"{self.name}: waits for its share of the partitions"
            return
        for source in sorted(self.given() - self.open()):
            yield f"{self.name}: {source} is not open yet"
        for source, (_, since) in sorted(self._moved.items()):
            if now - since > STALLED_AFTER_S:
                waiting = self.waiting[source]
                yield f"{self.name}: {waiting} records of {source} wait, none went through for {now - since:.0f} s"


@dataclass(slots=True)
class Readiness:
    """Whether a worker is ready: each stage works, and broker and database answer.

    Attributes:
        stages: of its roles; none as long as it has not begun.
        waits_for: what keeps it from beginning, or that it is ending.
    """

    stages: list[Stage] = field(default_factory=list)
    waits_for: str = "the worker has not begun"
    _answered: dict[str, float] = field(default_factory=dict)

    def begun(self, stages: list[Stage], now: float) -> None:
        """Hear that the worker runs."""
        self.stages = stages
        self.waits_for = ""
        self._answered = {"broker": now, "database": now}

    def answered(self, server: str, now: float) -> None:
        """Hear that the broker or the database has answered."""
        self._answered[server] = now

    def complaints(self, now: float) -> list[str]:
        """Return why the worker is not ready, a line each; none when it is."""
        if self.waits_for:
            return [self.waits_for]
        silent = [
            f"{server}: no answer for {now - at:.0f} s"
            for server, at in self._answered.items()
            if now - at > SILENT_AFTER_S
        ]
        return [*silent, *(line for stage in self.stages for line in stage.complaints(now))]
