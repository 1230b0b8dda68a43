"""The law beside the code: no sentence without an answer, no rule without a sentence, no article made up."""

import ast
import inspect
import re
from datetime import date
from importlib import import_module
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

import drawbridge.law
from drawbridge import lawmap, shipped
from drawbridge.cli import cli
from drawbridge.commands.law import worked_cases
from drawbridge.law import SCHEMES
from drawbridge.lawmap import LawText
from drawbridge.page import WIDTH
from drawbridge.replay import Replay
from drawbridge.simulate import CITIES, Plan, simulate

TEXTS = lawmap.law_texts()
RULES = lawmap.rules()
CITATION = re.compile(r"(?:ZJ|QJ)-(?:annex-)?[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?")
LAW_FOLDER = Path(drawbridge.law.__file__).parent

#: what the decision core decides without an article of a scheme's law
WITHOUT_ARTICLE = {
    "decide_calendar_notice": "working days follow the State Council's yearly notices, which no scheme's text orders",
    "refuse_before_disbursement": "money cannot come back before it went out: an order of things, not of an article",
}


def known_ids() -> set[str]:
    """Every article and sentence of the shipped texts."""
    articles = {article.id for text in TEXTS for article in text.articles}
    return articles | {sentence.id for text in TEXTS for sentence in text.sentences()}


def unanswered(text: LawText) -> list[str]:
    """Sentences with neither a rule, nor a figure, nor a reason."""
    profile = lawmap.profile_of(text)
    return [
        sentence.id
        for sentence in text.sentences()
        if not sentence.reason
        and not lawmap.answering_rules(sentence, RULES)
        and not lawmap.answering_figures(sentence, profile)
    ]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.scheme)
def test_each_sentence_is_answered_by_a_rule_a_figure_or_a_reason(text: LawText) -> None:
    """Nothing in the law is passed over in silence."""
    assert unanswered(text) == []


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.scheme)
def test_no_reason_is_given_where_a_rule_decides(text: LawText) -> None:
    """A reason says that there is nothing to decide; beside a rule that names the sentence it would be untrue."""
    both = [sentence.id for sentence in text.sentences() if sentence.reason and lawmap.answering_rules(sentence, RULES)]
    assert both == []


def test_each_scheme_has_its_law() -> None:
    """A scheme without its text cannot be held to it."""
    assert {text.scheme for text in TEXTS} == set(SCHEMES)


def test_each_rule_names_sentences_that_exist() -> None:
    """A citation that leads nowhere is worse than none."""
    cited = {cited for rule in RULES for cited in rule.answers}
    assert cited - known_ids() == set()


def test_each_rule_cites_a_sentence() -> None:
    """Whatever decides a message or concludes a timer says by which sentence, or stands above with its reason."""
    silent, shared = set(), {rule.name for rule in RULES}
    for module in map(import_module, lawmap.modules()):
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            marked = hasattr(function, "__answers__") or f"{module.__name__.rpartition('.')[2]}.{name}" in shared
            if own and re.match(r"(decide|conclude|check|refuse)_", name) and not marked:
                silent.add(name)
    assert silent == set(WITHOUT_ARTICLE)


def test_each_figure_names_an_article_that_exists() -> None:
    """Figures are the law's, or a reading of it; either way one can look it up."""
    cited = {figure.article for text in TEXTS for figure in lawmap.figures(lawmap.profile_of(text))}
    assert cited - known_ids() == set()


def test_each_article_that_the_code_writes_exists() -> None:
    """No citation in the core is a slip of the pen: neither in code nor in a docstring."""
    cited = set()
    for path in LAW_FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                cited.update(CITATION.findall(node.value))
    assert cited
    assert cited - known_ids() == set()


def test_each_article_of_a_worked_case_exists() -> None:
    """What a lawyer reads in a worked case, he finds in the text; what it expects as basis too."""
    cited = {article for case in worked_cases() for article in case.articles}
    for case in worked_cases():
        cited.update(CITATION.findall(case.path.read_text(encoding="utf-8")))
    assert cited
    assert cited - known_ids() == set()


@pytest.mark.parametrize("scheme", CITIES)
def test_each_basis_in_a_simulated_city_exists_and_none_is_empty(scheme: str) -> None:
    """Every event and every refusal for a reason of the law says by which article."""
    calendar = shipped.calendar()
    replay = Replay(SCHEMES[scheme], calendar)
    cited: set[str] = set()
    for line in simulate(Plan(scheme, 11, 150, date(2014, 1, 6), date(2014, 3, 31), 0.8, calendar)):
        decision = replay.answer(line)
        for event in decision.events:
            assert event.data["basis"], event.type
            cited.update(event.data["basis"])
        if decision.receipt is not None:
            cited.update(orjson.loads(decision.receipt)["data"].get("basis", ()))
    assert cited - known_ids() == set()


def test_each_sentence_has_an_id_of_its_own_in_its_article() -> None:
    """Ids count from 1 in the article's order."""
    for text in TEXTS:
        for article in text.articles:
            ids = [sentence.id for sentence in article.sentences]
            assert ids == [f"{article.id}/{number}" for number in range(1, len(ids) + 1)]
            assert all(sentence.text.strip() for sentence in article.sentences)


def run(*words: str) -> tuple[int, str]:
    """Run a command in this process."""
    result = CliRunner().invoke(cli, list(words))
    return result.exit_code, result.output


def test_the_map_names_every_sentence_and_fits_the_page() -> None:
    """`drawbridge law` shows the whole text."""
    code, page = run("law")
    assert code == 0
    assert all(sentence.id in page for text in TEXTS for sentence in text.sentences())
    assert "nothing answers it" not in page
    assert max(map(cell_len, page.splitlines())) <= WIDTH


def test_an_article_is_printed_with_text_rules_files_and_lines() -> None:
    """`drawbridge law ZJ-14` leads from the article to its rule."""
    code, page = run("law", "ZJ-14")
    assert code == 0
    assert "原贷款银行在发放申请人的续贷贷款后" in page
    found = re.search(r"forwarding\.decide_forwarding +\S*law/bridge/forwarding\.py:(\d+)", page)
    assert found
    source = (LAW_FOLDER / "bridge" / "forwarding.py").read_text(encoding="utf-8").splitlines()
    assert source[int(found[1]) - 1].startswith("@answers")


def test_an_article_of_the_pool_is_printed_too() -> None:
    """`drawbridge law QJ-18` leads to the claim, its figures and its cases."""
    code, page = run("law", "QJ-18")
    assert code == 0
    assert "claim._claim_on_risk_fund" in page
    assert "government_percent = 50" in page
    assert "tests/law/cases/pool/second-stage.yaml" in page


def test_an_article_is_printed_with_its_figures() -> None:
    """Figures stand beside the sentence that gives them."""
    _, page = run("law", "zj-11")
    assert "maximum_term_working_days = 20" in page


def test_an_article_is_printed_with_the_worked_cases_that_exercise_it() -> None:
    """One can go from the article to a case that a lawyer can read."""
    _, page = run("law", "ZJ-15")
    assert "tests/law/cases/renewal/abandoned.yaml" in page


def test_an_article_with_items_prints_them_all() -> None:
    """`ZJ-8` is its seven items."""
    _, page = run("law", "ZJ-8")
    assert page.count("application._check_materials") == 7


def test_an_unknown_article_is_answered_with_those_that_exist() -> None:
    """The error says what to choose from."""
    code, page = run("law", "ZJ-99")
    assert code == 2
    assert "ZJ-annex-6" in page
