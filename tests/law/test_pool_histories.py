"""What holds for every history of a pool, in whatever order lenders, office and city speak."""

import json
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pool_histories import POOL, pool_history
from told import Told, calendar, folded, picture, tell

from drawbridge.bank.events import EVENTS
from drawbridge.law import Event, State, fold, open_state, snapshot
from drawbridge.law.pool.book import book_of
from drawbridge.law.pool.case import CONTRIBUTION, RISK_FUND
from drawbridge.law.pool.closure import largest_remainder
from drawbridge.law.pool.recovery import waterfall

SEEDS = range(16)
every_history = pytest.mark.parametrize("seed", SEEDS)
fen = st.integers(0, 10**12)


@pytest.fixture(scope="module")
def stories() -> dict[int, Told]:
    """Each history, told once for all tests of this file."""
    return {seed: tell(pool_history(seed), POOL) for seed in SEEDS}


Stories = dict[int, Told]


def of_type(told: Told, type_: str) -> list[Event]:
    """A history's events of one type."""
    return [event for event in told.events if event.type == type_]


def test_the_histories_reach_nearly_every_event(stories: Stories) -> None:
    """What never happens in them would prove nothing."""
    reached = Counter(event.type for told in stories.values() for event in told.events)
    pools = {type_ for type_ in EVENTS if type_.startswith(("pool.", "credit.blacklist."))}
    assert pools - set(reached) == set()


@every_history
def test_money_is_conserved_at_every_event(stories: Stories, seed: int) -> None:
    """Each fund holds what was paid in and came back, less what was compensated and refunded; interest is apart."""
    state = open_state(POOL, calendar())
    held, interest = {CONTRIBUTION: 0, RISK_FUND: 0}, 0
    for event in stories[seed].events:
        fold(state, [event])
        told = event.data
        if event.type == "pool.contribution.received.v1":
            held[CONTRIBUTION] += told["amount_fen"]
            assert told["pool_balance_fen"] == held[CONTRIBUTION]
        elif event.type == "pool.risk_fund.placed.v1":
            held[RISK_FUND] += told["amount_fen"]
            assert told["risk_fund_balance_fen"] == held[RISK_FUND]
        elif event.type == "pool.recovery.allocated.v1":
            held[CONTRIBUTION] += told["to_contributions_fen"]
            held[RISK_FUND] += told["to_risk_fund_fen"]
        elif event.type == "pool.compensation.paid.v1":
            held[told["stage"]] -= told["amount_fen"]
        elif event.type == "pool.refunded.v1":
            held[CONTRIBUTION] -= sum(share["refund_fen"] for share in told["shares"])
        elif event.type == "pool.account.moved.v1" and told["purpose"].startswith("interest"):
            interest += told["amount_fen"] if told["direction"] == "credit" else -told["amount_fen"]
        assert book_of(state).balances == held
        assert book_of(state).statement.interest_fen == interest >= 0


@every_history
def test_what_is_got_back_goes_to_those_who_are_owed_and_adds_up(stories: Stories, seed: int) -> None:
    """Lender, risk fund, contributions, in this order; no fund gets back more than it paid on the case."""
    paid: dict[tuple[str, str], int] = defaultdict(int)
    for event in stories[seed].events:
        told = event.data
        if event.type == "pool.compensation.paid.v1":
            paid[event.subject, told["stage"]] += told["amount_fen"]
        elif event.type == "pool.recovery.allocated.v1":
            parts = ("to_lender_fen", "to_risk_fund_fen", "to_contributions_fen", "excess_fen")
            assert sum(told[part] for part in parts) == told["net_fen"]
            assert min(told[part] for part in parts) >= 0
            for stage, part in ((RISK_FUND, "to_risk_fund_fen"), (CONTRIBUTION, "to_contributions_fen")):
                paid[event.subject, stage] -= told[part]
                assert paid[event.subject, stage] >= 0
            if told["to_contributions_fen"] or told["excess_fen"]:
                assert paid[event.subject, RISK_FUND] == 0
            if told["excess_fen"]:
                assert paid[event.subject, CONTRIBUTION] == 0


@every_history
def test_nothing_is_instructed_twice_nor_above_the_claim_nor_beyond_the_fund(stories: Stories, seed: int) -> None:
    """One instruction a stage and case; its sum is at most what is available, and what is outstanding or its half."""
    seen = set()
    share: dict[str, int] = {}
    for event in stories[seed].events:
        told = event.data
        if event.type == "pool.shortfall.shared.v1":
            owed = told["outstanding_principal_fen"] + told["outstanding_interest_fen"]
            assert told["shortfall_fen"] == owed == told["government_fen"] + told["lender_fen"]
            assert 0 <= told["lender_fen"] - told["government_fen"] <= 1
            share[event.subject] = told["government_fen"]
        elif event.type == "pool.compensation.instructed.v1":
            assert (event.subject, told["stage"]) not in seen
            seen.add((event.subject, told["stage"]))
            assert 0 <= told["amount_fen"] <= told["available_fen"]
            if told["stage"] == CONTRIBUTION:
                assert told["amount_fen"] <= told["outstanding_principal_fen"] + told["outstanding_interest_fen"]
            else:
                assert told["amount_fen"] + told["unfunded_fen"] == share[event.subject]


@every_history
def test_an_office_that_pays_what_is_instructed_overdraws_no_fund(seed: int) -> None:
    """Whatever the order of loans, claims, repayments, recoveries: no balance is below 0 at any event."""
    told = tell(pool_history(seed, is_honest=True), POOL)
    assert of_type(told, "pool.compensation.instructed.v1")
    state = open_state(POOL, calendar())
    for event in told.events:
        fold(state, [event])
        assert min(book_of(state).balances.values()) >= 0
        if event.type == "pool.compensation.paid.v1":
            assert event.data["excess_fen"] <= 0


@every_history
def test_the_counters_are_the_sums_over_the_open_cases(stories: Stories, seed: int) -> None:
    """What counts against an enterprise's maximum, and which loans are outstanding, as one would count at the end."""
    state = stories[seed].state
    counted: dict[str, int] = defaultdict(int)
    for case in state.cases.values():
        counted[case.org_code] += 0 if case.closed else case.asked_fen
    assert book_of(state).counted_fen == {code: sum_ for code, sum_ in counted.items() if sum_}
    assert book_of(state).outstanding == {one.subject for one in state.cases.values() if one.is_outstanding()}


@every_history
def test_the_state_rebuilt_from_the_journal_is_the_very_state(stories: Stories, seed: int) -> None:
    """The fold of the events: cases, banks, book, timers, calendar, clock and chain, at the end of a history."""
    assert picture(folded(stories[seed])) == picture(stories[seed].state)


@pytest.mark.parametrize("seed", range(2))
def test_the_state_can_be_rebuilt_after_any_message(seed: int) -> None:
    """A worker that takes over between any two messages goes on as the one before it would have."""
    told = Told.of(POOL)
    for line in pool_history(seed, 40):
        told.say(line)
        assert picture(folded(told)) == picture(told.state)


def read_back(written: snapshot.Snapshot) -> State:
    """Return the state of a whole snapshot."""
    state = snapshot.load(POOL, calendar(), written.head)
    for body in written.bodies.values():
        snapshot.load_body(state, body)
    return state


@every_history
def test_a_state_written_down_and_read_back_is_the_same_and_decides_the_same_bytes(stories: Stories, seed: int) -> None:
    """In the middle of a history: the whole journal and every receipt to its end."""
    lines = pool_history(seed)
    told = tell(lines[: len(lines) // 2], POOL)
    written = snapshot.dump(told.state, calendar())
    assert picture(read_back(written)) == picture(told.state)
    assert snapshot.dump(read_back(written), calendar()) == written
    told.replay.state = read_back(written)
    for line in lines[len(lines) // 2 :]:
        told.say(line)
    assert told.output == stories[seed].output


@every_history
def test_every_event_is_of_the_published_form_and_says_its_articles(stories: Stories, seed: int) -> None:
    """The models that the schemas are made of describe what is really told."""
    for event in stories[seed].events:
        EVENTS[event.type].model_validate_json(json.dumps(event.data))
        assert event.data["basis"]


@given(fen, fen, fen, fen)
def test_a_waterfall_adds_up_and_fills_each_before_the_next(net: int, claim: int, risk: int, pooled: int) -> None:
    """Its parts are the sum; nobody gets more than he is owed; the later gets nothing while one before is short."""
    shared = waterfall(net, claim, risk, pooled)
    assert sum(shared) == net
    owed = (claim, risk, pooled)
    assert all(0 <= part <= most for part, most in zip(shared, owed, strict=False))
    for place, most in enumerate(owed):
        assert shared[place] == most or not any(shared[place + 1 :])


@given(fen, st.lists(st.integers(1, 10**10), min_size=1, max_size=12))
def test_shares_by_largest_remainder_add_up_and_are_within_a_fen_of_the_exact(sum_fen: int, weights: list[int]) -> None:
    """No fen is lost, none made up; of equal contributions the earlier gets the odd fen."""
    shares = largest_remainder(sum_fen, weights)
    assert sum(shares) == sum_fen
    total = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share - sum_fen * weight // total <= 1
    remainders = [sum_fen * weight % total for weight in weights]
    is_up = [share > sum_fen * weight // total for share, weight in zip(shares, weights, strict=True)]
    up = [remainder for remainder, rounded_up in zip(remainders, is_up, strict=True) if rounded_up]
    down = [remainder for remainder, rounded_up in zip(remainders, is_up, strict=True) if not rounded_up]
    assert min(up, default=total) >= max(down, default=0)
    for place, weight in enumerate(weights):
        assert all(
            shares[place] >= shares[later] for later in range(place + 1, len(weights)) if weights[later] == weight
        )
