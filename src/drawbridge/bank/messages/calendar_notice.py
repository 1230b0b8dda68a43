"""`operator.calendar.v1`: the State Council's yearly notice of holidays."""

from typing import ClassVar

from pydantic import Field

from drawbridge.bank.forms import Date, Form, MessageData, Text, WholeNumber


class DayRange(Form):
    """Days in a row, both ends included."""

    from_: Date = Field(alias="from")
    """The first day."""
    to: Date
    """The last day."""


class CalendarNotice(MessageData):
    """The working days of a year as announced (国务院办公厅关于节假日安排的通知)."""

    TYPE: ClassVar[str] = "operator.calendar.v1"
    SUBJECT: ClassVar[str] = "calendar/CN"

    year: WholeNumber
    """The year that it is about."""
    off: list[DayRange]
    """The days off (放假)."""
    work: list[Date]
    """The days of rest that are worked instead (调休)."""
    document_no: Text
    """The notice's number."""
    issued_on: Date
    """The day on which it was issued."""
