"""The law beside the code: which rule, figure or stated reason answers each sentence of a scheme's text.

The text ships as data; a rule marks itself with the sentences that it answers (`drawbridge.law.article.answers`), a
figure names its article. Both are collected when somebody asks, by walking the modules of `drawbridge.law`.
"""

import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

import drawbridge.law
from drawbridge import shipped
from drawbridge.law import SCHEMES
from drawbridge.law.profile import Figure, Profile


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a law."""

    id: str
    """The article's id, a slash, and the sentence's number: `ZJ-14/1`."""
    text: str
    reason: str | None
    """Why the gateway has nothing to decide here; None when a rule or a figure answers."""
    figures: tuple[str, ...]
    """Fields of the scheme's profile that answer it, besides those that name its article themselves."""

    @property
    def article(self) -> str:
        """The article that it stands in."""
        return self.id.partition("/")[0]

    def is_meant_by(self, cited: str) -> bool:
        """Tell whether a citation means it: its own id, its article's, or that of an article around it.

        A sentence with a stated reason is meant by its own id only: who cites its article means the others.
        """
        if self.reason is not None:
            return cited == self.id
        return cited in (self.id, self.article) or self.article.startswith(f"{cited}.")


@dataclass(frozen=True, slots=True)
class Article:
    """One article, item or annex."""

    id: str
    heading: str
    chapter: str
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class LawText:
    """The text of one scheme's law."""

    scheme: str
    title: str
    articles: tuple[Article, ...]

    def sentences(self) -> Iterator[Sentence]:
        """Return every sentence in the text's order."""
        for article in self.articles:
            yield from article.sentences


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that answers sentences of a law."""

    name: str
    """Module and function, such as `forwarding.decide_forwarding`."""
    summary: str
    """The first paragraph of its docstring."""
    path: str
    """Its file, from the package's folder on."""
    line: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileFigure:
    """A figure of a scheme's profile."""

    name: str
    value: str
    meaning: str
    article: str


def law_texts() -> list[LawText]:
    """Return the shipped texts."""
    return [_read(text) for text in shipped.law_texts()]


def rules() -> list[Rule]:
    """Collect every rule that marks itself, and what each scheme says of the shared ones, by module and line."""
    found = []
    for name in modules():
        module = import_module(name)
        own = (part for part in vars(module).values() if inspect.isfunction(part) and part.__module__ == name)
        found += [_rule(function, function.__answers__) for function in own if hasattr(function, "__answers__")]
    for scheme in SCHEMES.values():
        found += [_rule(function, sentences) for function, sentences in scheme.shared_answers.items()]
    return sorted(found, key=lambda rule: (rule.path, rule.line))


def figures(profile: Profile) -> list[ProfileFigure]:
    """Return the figures of a profile, each with its article."""
    told = []
    for field in fields(profile):
        value = getattr(profile, field.name)
        if isinstance(value, Figure):
            told.append(ProfileFigure(field.name, shown(value.value), value.meaning, value.article))
    return told


def answering_rules(sentence: Sentence, among: list[Rule]) -> list[Rule]:
    """Return the rules that answer a sentence."""
    return [rule for rule in among if any(sentence.is_meant_by(cited) for cited in rule.answers)]


def answering_figures(sentence: Sentence, profile: Profile) -> list[ProfileFigure]:
    """Return the figures that answer a sentence."""
    own = [figure for figure in figures(profile) if sentence.is_meant_by(figure.article)]
    named = [ProfileFigure(name, shown(getattr(profile, name)), "", sentence.article) for name in sentence.figures]
    return own + named


def profile_of(text: LawText) -> Profile:
    """Return the profile of the scheme that a text is the law of."""
    return SCHEMES[text.scheme].profile


def shown(value: Any) -> str:
    """Write a figure for a reader: sets in order, tables as their rows."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return ", ".join(shown(part) for part in value)
    if hasattr(value, "since"):
        return f"{value.annual_rate} from {value.since}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def modules() -> list[str]:
    """Name every module of the decision core, in order."""
    walked = pkgutil.walk_packages(drawbridge.law.__path__, "drawbridge.law.")
    return sorted(module.name for module in walked)


def _rule(function: Any, answers: tuple[str, ...]) -> Rule:
    short = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    summary = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
    path = function.__module__.replace(".", "/") + ".py"
    return Rule(short, summary, path, function.__code__.co_firstlineno, answers)


def _read(text: Mapping[str, Any]) -> LawText:
    return LawText(text["scheme"], text["title"], tuple(_read_article(article) for article in text["articles"]))


def _read_article(article: Mapping[str, Any]) -> Article:
    sentences = tuple(
        Sentence(told["id"], told["text"], told.get("reason"), tuple(told.get("figures", ())))
        for told in article["sentences"]
    )
    return Article(article["id"], article["heading"], article.get("chapter", ""), article.get("title", ""), sentences)
