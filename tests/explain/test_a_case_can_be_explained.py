"""What `drawbridge explain` tells of a case, in both languages."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import orjson
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from drawbridge import shipped
from drawbridge.bank.events import EVENTS
from drawbridge.bank.messages import MODELS
from drawbridge.bank.rejects import Code
from drawbridge.cli import cli
from drawbridge.explain import LANGUAGES, Language, Story, tell
from drawbridge.law import SCHEMES
from drawbridge.page import WIDTH
from drawbridge.publish.examples.by_pool import POOL_STAGES
from drawbridge.publish.examples.good import GOOD
from drawbridge.simulate import Plan, simulate

CALENDAR = shipped.calendar()
BOTH = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)


def names_in(text: str) -> set[str]:
    """The fields that a text asks for."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def fields_of(type_: str) -> set[str]:
    """The fields that an event always has; the parts of a part under its name and theirs."""
    told = set()
    for name, info in EVENTS[type_].model_fields.items():
        if info.is_required():
            told.add(name)
        inner = getattr(info.annotation, "model_fields", {})
        told |= {f"{name}_{part}" for part in inner}
    return told


@BOTH
def test_each_event_message_timer_and_code_has_its_text(language: Language) -> None:
    """Nothing that can happen is told in code."""
    assert set(language.events) == set(EVENTS)
    assert set(language.messages) == set(MODELS)
    assert set(language.timers) == {name for scheme in SCHEMES.values() for name in scheme.timers}
    assert set(language.codes) == {code.value for code in Code}
    assert all(language.codes.values())


def test_both_languages_have_the_same_texts_on_the_page() -> None:
    """What one language can say, the other can, with the same fields."""
    english, chinese = LANGUAGES["en"].page, LANGUAGES["zh"].page
    assert {name: names_in(text) for name, text in english.items()} == {
        name: names_in(text) for name, text in chinese.items()
    }


@BOTH
@pytest.mark.parametrize("type_", EVENTS)
def test_each_text_asks_only_for_fields_that_its_event_always_has(language: Language, type_: str) -> None:
    """No story fails for a field that was left out."""
    optional_but_always_told = {"bridge.approved.v1": {"approved_amount_fen", "original_bank_confirmed_on"}}
    optional_but_always_told["bridge.declined.v1"] = {"reasons"}
    optional_but_always_told["pool.loan.approved.v1"] = {"amount_fen"}
    optional_but_always_told["pool.loan.declined.v1"] = {"reasons"}
    known = fields_of(type_) | optional_but_always_told.get(type_, set())
    assert names_in(language.events[type_]) <= known


@BOTH
def test_each_text_of_a_refusal_is_one_helpful_sentence(language: Language) -> None:
    """It says what is wrong and what to do, and fits two lines."""
    for code, text in language.codes.items():
        assert text[-1] in ".。", code
        assert text.count(text[-1]) == 1, code
        assert cell_len(text) <= 100, code


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a city in which much goes wrong."""
    file = tmp_path_factory.mktemp("city") / "city.ndjson"
    plan = Plan("zhenjiang-2013", 5, 60, date(2014, 1, 6), date(2014, 3, 31), 0.9, CALENDAR)
    file.write_bytes(b"\n".join(simulate(plan)) + b"\n")
    return file


def run(*words: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli, list(words))


def subjects(file: Path) -> Iterator[str]:
    """The cases of a file."""
    for line in file.read_bytes().splitlines():
        if b"bank.bridge.notice.v1" in line and line.endswith(b"}"):
            try:
                yield orjson.loads(line)["subject"]
            except ValueError:
                continue


@BOTH
def test_every_case_of_a_city_fits_the_page(language: Language, city: Path) -> None:
    """Whatever happened to it, a case is told without a fault and within 100 columns."""
    lines = city.read_bytes().splitlines()
    for subject in sorted(set(subjects(city)))[:20]:
        story = Story(subject, CALENDAR)
        for line in lines:
            if subject.encode() in line or b"operator." in line:
                story.take(line)
        (told,) = story.told()
        page = list(tell(told, language))
        assert page[0] == f"{subject}  zhenjiang-2013"
        assert [line for line in page if cell_len(line) > WIDTH] == []


# --- one case, told in full

REFUSAL = Path(__file__).parents[1] / "law" / "cases" / "shared-format" / "2-refusal.ndjson"
SUBJECT = "bridge/105314000041/V-2"


def messages_of_a_refusal(folder: Path) -> Path:
    """The original bank has the money and refuses; an application was refused, a message came twice, a line is torn."""
    *lines, refusal, _ruling = REFUSAL.read_bytes().splitlines()
    application = next(n for n, line in enumerate(lines) if b"bank.bridge.application.v1" in line)
    incomplete = orjson.loads(lines[application])
    incomplete |= {"id": "incomplete", "time": "2014-03-19T15:00:00+08:00"}
    incomplete["data"]["materials"] = incomplete["data"]["materials"][:5]
    lines.insert(application, orjson.dumps(incomplete))
    file = folder / "refusal.ndjson"
    file.write_bytes(b"\n".join([*lines, lines[-1], b"torn", refusal]) + b"\n")
    return file


def test_the_story_is_told_in_english(tmp_path: Path) -> None:
    """What came, what was decided and by which article, the counted days, what is owed, by whom and until when."""
    page = run("explain", "V-2", "--file", str(messages_of_a_refusal(tmp_path))).output
    assert "原贷款银行0041: gives the renewal notice" in page
    assert "✗ refused, materials-missing: Materials are missing: complete them" in page
    assert "the gateway's word: still missing: financial-statements, renewal-notice" in page
    assert "agreed term: 10 working days from 2014-04-08, until 2014-04-22 Tue 17:00 [ZJ-11]" in page
    assert "counted: 04-09  04-10  04-11  04-14" in page
    assert "received again: the same answer" in page
    assert "原贷款银行0041 is in breach, it refuses the renewal: 1,800,560.00 yuan in default [ZJ-16]" in page
    assert "→ 原贷款银行0041: renew 1,800,000.00 yuan more, until 2014-04-18 Fri" in page
    assert "镇江测试有限公司: principal 1,800,000.00 yuan, interest 560.00 yuan" in page
    assert "the operator: rule on the penalty of 18,005,600.00 yuan" in page
    assert "Lines of the file that could not be read: 1" in page


def test_the_story_is_told_in_chinese(tmp_path: Path) -> None:
    """The same, with the law's words and articles."""
    page = run("explain", SUBJECT, "--lang", "zh", "--file", str(messages_of_a_refusal(tmp_path))).output
    assert "原贷款银行0041：拒绝续贷" in page
    assert "不予受理，materials-missing：申请材料不齐" in page
    assert "〔第十六条〕" in page
    assert "尚欠 (截至2014-04-10 周四 10:00)" in page


def test_time_may_pass_after_the_last_message(tmp_path: Path) -> None:
    """`--until` lets the deadlines of the silence come, and the money is told as of then."""
    file = str(messages_of_a_refusal(tmp_path))
    page = run("explain", "V-2", "--file", file, "--until", "2014-05-08T12:00:00+08:00").output
    assert "the last possible day has closed (concluded 2014-05-07 Wed 19:00)" in page
    assert "rule on the withheld credit record" in page
    assert "as of 2014-05-08 Thu 12:00" in page


def test_the_interest_is_worked_out(city: Path) -> None:
    """Principal, rate and days stand beside the interest that they make."""
    repaid = next(line for line in city.read_bytes().splitlines() if b"bank.bridge.repayment.v1" in line)
    subject = orjson.loads(repaid)["subject"]
    page = run("explain", subject, "--file", str(city)).output
    assert "The money" in page
    assert " days / 360 = " in page


def test_an_unknown_case_is_answered_with_some_that_exist(city: Path) -> None:
    """The error says what to give instead."""
    result = run("explain", "N-404", "--file", str(city))
    assert result.exit_code == 2
    assert "there are bridge/" in result.output


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """Bad input gets a sentence, never a traceback."""
    result = run("explain", "V-2", "--file", str(tmp_path / "none.ndjson"))
    assert result.exit_code == 2
    assert "there is no such file" in result.output


def test_a_late_report_shows_both_instants(tmp_path: Path) -> None:
    """When something happened and when the gateway heard of it are told apart."""
    lines = messages_of_a_refusal(tmp_path).read_bytes().splitlines()
    late = orjson.loads(lines[-1])
    late["recordedtime"] = "2014-04-10T18:00:00+08:00"
    story = Story("V-2", CALENDAR)
    for line in [*lines[:-1], orjson.dumps(late)]:
        story.take(line)
    (told,) = story.told()
    assert "原贷款银行0041: refuses the renewal (received 2014-04-10 Thu 18:00)" in "\n".join(
        tell(told, LANGUAGES["en"])
    )


# --- an assisted loan

POOL_LOAN = "pool/105688000013/2016-07"


def a_defaulted_loan(folder: Path) -> Path:
    """The published examples up to the second stage's payment."""
    names = POOL_STAGES["pool paid"]
    file = folder / "pool.ndjson"
    file.write_bytes(b"\n".join(orjson.dumps(GOOD[name].message) for name in names) + b"\n")
    return file


def test_an_assisted_loan_is_told_in_english(tmp_path: Path) -> None:
    """Both stages, the money worked out, and what is still owed to lender and pool."""
    page = run("explain", "2016-07", "--file", str(a_defaulted_loan(tmp_path))).output
    assert "lender: 建行黔江支行 (105688000013)" in page
    assert "office qianjiang-office: recommends the enterprise" in page
    assert "shortfall of 3,602,905.56 yuan shared" in page
    assert "黔江示例机械有限公司: principal 1,801,452.78 yuan, interest 0.00 yuan" in page
    assert "1,909,452.78 yuan that the pool paid and has not got back [QJ-19]" in page


def test_an_assisted_loan_is_told_in_chinese(tmp_path: Path) -> None:
    """The same, with the law's words and articles."""
    page = run("explain", POOL_LOAN, "--lang", "zh", "--file", str(a_defaulted_loan(tmp_path))).output
    assert "合作银行：建行黔江支行" in page
    assert "〔第十八条〕" in page


def test_the_pools_account_is_told_with_each_share_of_the_refund(tmp_path: Path) -> None:
    """To whom how much goes back, in both languages; and that nobody gets anything, where nobody paid in."""
    names = (*POOL_STAGES["pool member"], "agency.pool.closure.v1")
    file = tmp_path / "empty.ndjson"
    file.write_bytes(b"\n".join(orjson.dumps(GOOD[name].message) for name in names) + b"\n")
    page = run("explain", "account/qianjiang", "--file", str(file)).output
    assert "0.00 yuan of the contributions go back: none" in page

    lines = simulate(Plan("qianjiang-2015", 5, 3, date(2016, 1, 6), date(2016, 3, 31), 0, CALENDAR))
    file.write_bytes(b"\n".join(lines) + b"\n")
    replayed = map(
        orjson.loads, run("replay", str(file), "--scheme", "qianjiang-2015", "--show", "events").output.splitlines()
    )
    (refunded,) = (event["data"] for event in replayed if event["type"] == "pool.refunded.v1")
    for language in LANGUAGES:
        page = "".join(run("explain", "account/qianjiang", "--lang", language, "--file", str(file)).output.split())
        for share in refunded["shares"]:
            assert all(f"{share[name] / 100:,.2f}" in page for name in ("contributed_fen", "refund_fen"))
            assert share["uscc"] in page


@BOTH
def test_every_case_of_a_pools_city_fits_the_page(language: Language) -> None:
    """Whatever happened to it, a loan is told without a fault and within 100 columns."""
    plan = Plan("qianjiang-2015", 5, 30, date(2016, 1, 6), date(2016, 3, 31), 0.9, CALENDAR)
    lines = list(simulate(plan))
    found = {
        orjson.loads(line)["subject"] for line in lines if b"agency.pool.recommendation" in line and line[-1:] == b"}"
    }
    for subject in sorted(found)[:12]:
        story = Story(subject, CALENDAR)
        for line in lines:
            story.take(line)
        (told,) = story.told()
        assert [line for line in tell(told, language) if cell_len(line) > WIDTH] == []
