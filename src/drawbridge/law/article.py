"""How a rule says which sentences of the law it answers."""

from collections.abc import Callable
from typing import Any, TypeVar

RuleT = TypeVar("RuleT", bound=Callable[..., Any])


def answers(*sentences: str) -> Callable[[RuleT], RuleT]:
    """Mark a rule with the sentences of the law that it answers, such as `ZJ-14/1`.

    The mark changes nothing in the rule; `drawbridge law` and its test collect the marks. A rule that schemes share
    has none: each scheme says itself what it answers there (`Scheme.shared_answers`).
    """

    def mark(rule: RuleT) -> RuleT:
        rule.__answers__ = sentences  # type: ignore[attr-defined]
        return rule

    return mark
