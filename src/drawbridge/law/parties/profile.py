"""The figures of a profile that the parties' rules need."""

from dataclasses import dataclass

from drawbridge.law.profile import Figure, Profile


@dataclass(frozen=True, slots=True)
class PartiesProfile(Profile):
    """A profile of a scheme with deposits, penalties and standing."""

    match_ratio: Figure[int]
    """How many times the main bank matches the special fund."""
    penalty_multiple: Figure[int]
    """Fiscal deposits are cut by this multiple of the amount in default."""
    inspection: Figure[str]
    """What deposits are raised and cut by."""
    credit_record: Figure[str]
    """The reason that a credit record gives."""
    report_day: Figure[int]
    """The day of the next month by which a month is reported."""
