"""How things are said in one language: the tables of texts, and the values that stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

_BANK_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Language:
    """The texts of one language; `{names}` in them are fields of an event's data."""

    code: str
    events: Mapping[str, str]
    """By event type."""
    messages: Mapping[str, str]
    """What a sender does, by message type."""
    timers: Mapping[str, str]
    """What time has brought, by timer name."""
    codes: Mapping[str, str]
    """Why a message was refused and what to do, by reject code."""
    words: Mapping[str, str]
    """Choices of the contract that are no words of the language."""
    page: Mapping[str, str]
    """What else stands on the page."""


@dataclass(slots=True)
class Wording:
    """Says values in a language, banks by their names."""

    language: Language
    banks: dict[str, str] = field(default_factory=dict)
    """Names by bank code, as far as they have been told."""

    def text(self, name: str, /, **values: Any) -> str:
        """Return a text of the page."""
        return self.language.page[name].format(**values)

    def event(self, type_: str, data: Mapping[str, Any]) -> str:
        """Say what an event says."""
        return self.language.events[type_].format(**self._values(data))

    def money(self, amount_fen: int) -> str:
        """Write an amount in yuan: `1,800,000.00 yuan`."""
        yuan, fen = divmod(abs(amount_fen), 100)
        return self.text("yuan", amount=f"{'-' if amount_fen < 0 else ''}{yuan:,}.{fen:02}")

    def bank(self, code: str) -> str:
        """Name a bank."""
        return self.banks.get(code, code)

    def account(self, account: Mapping[str, str]) -> str:
        """Name an account: its holder, number and bank."""
        return f"{account['name']} {account['number']} ({self.bank(account['bank_code'])})"

    def day(self, day: date) -> str:
        """Write a day with its weekday."""
        return f"{day} {self.language.page['weekdays'].split()[day.weekday()]}"

    def instant(self, instant: datetime) -> str:
        """Write an instant to the minute."""
        return f"{self.day(instant.date())} {instant:%H:%M}"

    def _values(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Say every field of an event's data; a part's fields get the part's name before their own."""
        said: dict[str, str] = {}
        for name, value in data.items():
            if name in ("original_loan", "renewal"):
                said |= {f"{name}_{key}": self._value(key, part) for key, part in value.items()}
            else:
                said[name] = self._value(name, value)
        return said

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        if isinstance(value, int):
            return self.money(value) if name.endswith("_fen") or name in ("expected", "found") else str(value)
        if isinstance(value, list):
            return self.language.page["comma"].join(self._value(name, part) for part in value) or self.text("none")
        if isinstance(value, Mapping):
            return self._part(name, value)
        return self._word(str(value))

    def _part(self, name: str, value: Mapping[str, Any]) -> str:
        if f"one_of_{name}" in self.language.page:
            return self.text(f"one_of_{name}", code=value.get("uscc") or value.get("org_code"), **self._values(value))
        if "bank_code" in value:
            return self.account(value)
        if "from" in value:
            return f"{value['from']} – {value['to']}"
        return str(value.get("name", ""))

    def _word(self, value: str) -> str:
        if len(value) == _BANK_DIGITS and value.isdigit():
            return self.bank(value)
        if "T" in value and value.endswith("+08:00"):
            return self.instant(datetime.fromisoformat(value))
        return self.language.words.get(value, value)
