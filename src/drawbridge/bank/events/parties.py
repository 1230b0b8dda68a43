"""Events of enrolment, calendar and monthly report."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import AboutBank, EventData, Fingerprint, Instant
from drawbridge.bank.forms import Cnaps, Text
from drawbridge.bank.messages.calendar_notice import CalendarNotice
from drawbridge.bank.messages.enrolment import Enrolment
from drawbridge.bank.messages.report_filing import ReportFiling


class BankEnrolled(AboutBank, Enrolment):
    """The bank takes part (ZJ-4, annex 5)."""

    TYPE: ClassVar[str] = "bank.enrolled.v1"


class BankEnrolmentAmended(AboutBank, Enrolment):
    """The bank's enrolment changed: roles, branches, people or keys (ZJ-4, annex 5)."""

    TYPE: ClassVar[str] = "bank.enrolment.amended.v1"


class CalendarAnnounced(EventData, CalendarNotice):
    """The working days of a year are announced; deadlines may move."""

    TYPE: ClassVar[str] = "calendar.announced.v1"
    SUBJECT: ClassVar[str] = CalendarNotice.SUBJECT

    calendar: Fingerprint
    """The new fingerprint of the table of working days."""


class ReportFiled(EventData, ReportFiling):
    """The main bank's monthly report was filed (ZJ-18, annex 6)."""

    TYPE: ClassVar[str] = "report.filed.v1"
    SUBJECT: ClassVar[str] = ReportFiling.SUBJECT

    main_bank: Cnaps
    """The main bank."""
    month: Text
    """The month reported on, `YYYY-MM`."""


class ReportDue(EventData):
    """The main bank's monthly report was not filed by the 10th (ZJ-18)."""

    TYPE: ClassVar[str] = "report.due.v1"
    SUBJECT: ClassVar[str] = ReportFiling.SUBJECT

    main_bank: Cnaps
    """The main bank."""
    month: Text
    """The month to be reported on, `YYYY-MM`."""
    due_at: Instant
    """Close of business of the 10th of the next month."""
    to: list[Literal["regulator", "economic-bureau"]]
    """Who it is owed to."""


class ReportDueRescinded(EventData):
    """The report had been filed in time and was recorded later (ZJ-18)."""

    TYPE: ClassVar[str] = "report.due.rescinded.v1"
    SUBJECT: ClassVar[str] = ReportFiling.SUBJECT

    main_bank: Cnaps
    """The main bank."""
    month: Text
    """The month reported on, `YYYY-MM`."""
    due_at: Instant
    """The instant at which it had been due."""
