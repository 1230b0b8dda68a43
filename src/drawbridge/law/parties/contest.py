"""What is settled is not undone by a late fact: it is contested, and an operator rules."""

from drawbridge.law.case import Case, Lapse
from drawbridge.law.turn import Turn

CONTESTED = "lapse.contested.v1"


def may_undo(turn: Turn, subject: str, lapse: Lapse, *, ruled_on: bool = False) -> bool:
    """Tell whether a lapse that does not hold by a fact recorded now is undone; one that is settled is contested, once.

    Args:
        turn: the fact's.
        subject: where the contest is told: the lapse's case, or a month's report.
        lapse: what does not hold.
        ruled_on: whether an operator has ruled on it.
    """
    if lapse.contested:
        return False
    reason = _why_settled(turn, lapse, ruled_on=ruled_on)
    if reason is None:
        return True
    told = {"lapse": lapse.event_id, "lapse_type": lapse.type, "reason": reason}
    turn.emit(CONTESTED, subject, told, *lapse.data["basis"])
    return False


def _why_settled(turn: Turn, lapse: Lapse, *, ruled_on: bool) -> str | None:
    """Say why a lapse is no longer undone by a fact recorded now: `recorded-late`, `ruled-on`, or None: it still is."""
    profile = turn.state.scheme.profile
    limit = turn.state.calendar.add(lapse.at.date(), profile.rescission_limit_working_days.value)
    if turn.recorded_at > profile.close_on(limit.due_on):
        return "recorded-late"
    return "ruled-on" if ruled_on else None


def mark_contested(case: Case, lapse_id: str) -> None:
    """A lapse is contested once."""
    for lapse in case.lapses:
        if lapse.event_id == lapse_id:
            lapse.contested = True
