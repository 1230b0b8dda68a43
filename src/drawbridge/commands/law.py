"""`drawbridge law`: which rule, figure or reason answers each sentence of the law."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from drawbridge import lawmap
from drawbridge.commands import Failure
from drawbridge.lawmap import Article, LawText, Sentence
from drawbridge.page import clip, pad, wrap

#: the worked cases stand in the source tree only
_CASES = Path(__file__).resolve().parents[3] / "tests" / "law" / "cases"
_TITLE = re.compile("^title: (.+)$", re.MULTILINE)
_ARTICLES = re.compile(r"^articles: \[(.*)\]", re.MULTILINE)


@click.command(epilog="Example: drawbridge law ZJ-14")
@click.argument("article", required=False)
def command(article: str | None) -> None:
    """Print the map from the law's sentences to the rules and figures that answer them.

    With ARTICLE (such as ZJ-14, ZJ-6.1 or ZJ-annex-3): its text, each sentence's rules with file and line, its figures,
    the stated reason where there is nothing to decide, and the worked cases that exercise it.
    """
    texts = lawmap.law_texts()
    lines = _whole_map(texts) if article is None else _one_article(texts, article)
    click.echo("\n".join(lines))


def _whole_map(texts: list[LawText]) -> Iterator[str]:
    rules = lawmap.rules()
    for text in texts:
        profile = lawmap.profile_of(text)
        yield f"{text.title}  {text.scheme}"
        chapter = ""
        for article in text.articles:
            if article.chapter != chapter:
                chapter = article.chapter
                yield f"\n{chapter}"
            if not article.sentences:
                yield f"  {pad(article.id, 14)}{article.heading}  {article.title}"
            for sentence in article.sentences:
                yield f"  {pad(sentence.id, 14)}{clip(sentence.text, 80)}"
                answers = [rule.name for rule in lawmap.answering_rules(sentence, rules)]
                answers += [figure.name for figure in lawmap.answering_figures(sentence, profile)]
                yield from wrap(_answer(sentence, answers), 16)


def _answer(sentence: Sentence, names: list[str]) -> str:
    if names:
        return f"→ {', '.join(names)}"
    return f"– {sentence.reason}" if sentence.reason else "→ nothing answers it"


def _one_article(texts: list[LawText], wanted: str) -> Iterator[str]:
    wanted_id = wanted.partition("/")[0].casefold()
    for text in texts:
        found = [
            a for a in text.articles if a.id.casefold() == wanted_id or a.id.casefold().startswith(wanted_id + ".")
        ]
        if found:
            yield f"{text.title}  {text.scheme}"
            for article in found:
                yield from _article(text, article)
            yield from _cases(found)
            return
    known = ", ".join(article.id for text in texts for article in text.articles)
    raise Failure(f"there is no article {wanted}; choose one of {known}.")


def _article(text: LawText, article: Article) -> Iterator[str]:
    rules, profile = lawmap.rules(), lawmap.profile_of(text)
    yield ""
    yield "  ".join(part for part in (article.heading, article.title, article.id, article.chapter) if part)
    for sentence in article.sentences:
        yield ""
        yield from wrap(f"{sentence.id}  {sentence.text}", 2, 4)
        for rule in lawmap.answering_rules(sentence, rules):
            yield f"    rule    {rule.name}  {_place(rule.path)}:{rule.line}"
            yield from wrap(rule.summary, 12)
        for figure in lawmap.answering_figures(sentence, profile):
            yield from wrap(f"figure  {figure.name} = {figure.value}", 4, 12)
            if figure.meaning:
                yield from wrap(figure.meaning, 12)
        if sentence.reason:
            yield from wrap(f"reason  {sentence.reason}", 4, 12)


def _place(path: str) -> str:
    """Name a file from where the reader stands, if it is below; else from the package's folder on."""
    file = Path(__file__).resolve().parents[2] / path
    return _from_here(file) if file.is_relative_to(Path.cwd()) else path


def _from_here(path: Path) -> str:
    """Name a file of the source tree from where the reader stands, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


# --- the worked cases


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A worked case of the source tree, as its head tells it."""

    path: Path
    title: str
    articles: tuple[str, ...]
    """The articles that it exercises."""


def worked_cases(folder: Path = _CASES) -> list[WorkedCase]:
    """Read the heads of the worked cases; none where there is no source tree."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        title, articles = _TITLE.search(text), _ARTICLES.search(text)
        if title is not None and articles is not None:
            found.append(WorkedCase(path, title[1], tuple(articles[1].replace(" ", "").split(","))))
    return found


def _cases(articles: list[Article]) -> Iterator[str]:
    yield ""
    if not _CASES.is_dir():
        yield "The worked cases stand in the source tree: tests/law/cases."
        return
    sentences = [sentence for article in articles for sentence in article.sentences]
    cases = [
        case
        for case in worked_cases()
        if any(sentence.is_meant_by(cited) for sentence in sentences for cited in case.articles)
    ]
    yield f"Worked cases that exercise it: {len(cases)}"
    for case in cases:
        yield from wrap(case.title, 2, 4)
        yield f"    {_from_here(case.path)}"
