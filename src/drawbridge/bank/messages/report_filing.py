"""`bank.report.filing.v1`: the main bank filed its monthly report (ZJ-18, annex 6)."""

from typing import ClassVar

from drawbridge.bank.forms import Digest, MessageData


class ReportFiling(MessageData):
    """The monthly statistics of a main bank were sent (annex 6, due by the 10th: ZJ-18)."""

    TYPE: ClassVar[str] = "bank.report.filing.v1"
    SUBJECT: ClassVar[str] = "report/<main bank>/<YYYY-MM>"

    document_digest: Digest
    """The digest of the document that was sent."""
