"""Tells a story on a page of 100 columns: who, what happened, the money, and what is still owed."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from drawbridge import shipped
from drawbridge.bank.envelope import parse_source
from drawbridge.explain.language import Language, Wording
from drawbridge.explain.ledger import money
from drawbridge.explain.story import Entry, Told
from drawbridge.explain.tellers import COUNTED, teller_of
from drawbridge.law.case import Case
from drawbridge.law.event import Event
from drawbridge.page import wrap


def tell(told: Told, language: Language) -> Iterator[str]:
    """Return the page, line by line."""
    page = _Page(told, language)
    yield f"{told.subject}  {told.scheme}"
    if told.case is not None:
        yield from teller_of(told.case).parties(told.case, page.wording)
    yield ""
    yield page.wording.text("story")
    for entry in told.entries:
        yield from page.entry(entry)
    if told.case is not None and told.clock is not None:
        yield from page.money(told.case)
        yield from page.owed(told.case, told.clock)
    if told.torn:
        yield ""
        yield from wrap(page.wording.text("torn", count=told.torn))


class _Page:
    def __init__(self, told: Told, language: Language) -> None:
        self.wording = Wording(language, told.banks)
        events = (event for entry in told.entries for event in entry.events)
        self._first_outside = next((event for event in events if "outside_validity" in event.data), None)
        articles = (article for text in shipped.law_texts() for article in text["articles"])
        self._headings: dict[str, str] = {article["id"]: article["heading"] for article in articles}

    def entry(self, entry: Entry) -> Iterator[str]:
        """Tell what came, or that time has passed, and what followed."""
        said = f"{self.wording.instant(entry.time)}  {self._who_and_what(entry)}"
        if entry.recorded_at != entry.time:
            word = "concluded" if entry.cause == "timer" else "received"
            said += f" ({self.wording.text(word, instant=self.wording.instant(entry.recorded_at))})"
        yield from wrap(said, 0, 22)
        if entry.is_repeated:
            yield from wrap(f"= {self.wording.text('again')}", 4, 6)
            return
        for event in entry.events:
            yield from self._event(event)
        if entry.refusal is not None:
            yield from self._refusal(entry.refusal)

    def _who_and_what(self, entry: Entry) -> str:
        language = self.wording.language
        if entry.cause == "timer":
            return language.timers[entry.name]
        if entry.cause == "other":
            return self.wording.text("other", subject=entry.name)
        sender = parse_source(entry.source)
        who = entry.source
        if sender is not None:
            is_bank = sender.role == "bank"
            who = self.wording.bank(sender.name) if is_bank else self.wording.text(sender.role, name=sender.name)
        return f"{who}{self.wording.text('colon')}{language.messages.get(entry.name, entry.name)}"

    def _event(self, event: Event) -> Iterator[str]:
        said = self.wording.event(event.type, event.data)
        yield from wrap(f"→ {said} {self._articles(event.data['basis'])}".rstrip(), 4, 6)
        if event.type in COUNTED and event.data["counted"]:
            days = "  ".join(date.fromisoformat(day).strftime("%m-%d") for day in event.data["counted"])
            yield from wrap(self.wording.text("counted", days=days), 8, 8)
            if event.data["provisional"]:
                yield f"        {self.wording.text('provisional')}"
        if event is self._first_outside:  # once is enough
            yield from wrap(f"({self.wording.text('outside')})", 6)

    def _refusal(self, refusal: Any) -> Iterator[str]:
        what = self.wording.language.codes[refusal["code"]]
        said = self.wording.text("refused", code=refusal["code"], what=what)
        yield from wrap(f"✗ {said} {self._articles(refusal['basis'])}".rstrip(), 4, 6)
        if "field" in refusal:
            yield from wrap(self.wording.text("field", field=refusal["field"]), 6)
        yield from wrap(self.wording.text("word", detail=refusal["detail"]), 6)

    def _articles(self, basis: list[str] | tuple[str, ...]) -> str:
        if not basis:
            return ""
        is_chinese = self.wording.language.code == "zh"
        named = [self._headings.get(article, article) if is_chinese else article for article in basis]
        return self.wording.text("bracket", articles="、".join(named) if is_chinese else " ".join(named))

    def money(self, case: Case) -> Iterator[str]:
        """Work the money out, when some has moved."""
        lines = list(money(case.ledger, self.wording))
        if lines:
            yield ""
            yield self.wording.text("money")
            for line in lines:
                yield from wrap(line.lstrip(), 22 if line.startswith(" ") else 0, 22)

    def owed(self, case: Case, at: datetime) -> Iterator[str]:
        """Tell what is still to be done, by whom and until when."""
        yield ""
        yield f"{self.wording.text('owed')} ({self.wording.text('as_of', instant=self.wording.instant(at))})"
        owed = list(teller_of(case).owed(case, at, self.wording))
        for one in owed:
            until = ""
            if one.until is not None:
                shown = (
                    self.wording.instant(one.until) if isinstance(one.until, datetime) else self.wording.day(one.until)
                )
                until = f"{self.wording.text('comma')}{self.wording.text('until', instant=shown)}"
            yield from wrap(f"→ {one.what}{until} {self._articles(one.articles)}", 4, 6)
        if not owed:
            yield f"    {self.wording.text('nothing_owed')}"
