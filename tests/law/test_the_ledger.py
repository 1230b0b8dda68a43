"""Interest and its allocation: exact, conserved, and independent of what must not matter."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import steady  # noqa: F401 - the same examples in every run
from hypothesis import given
from hypothesis import strategies as st

from drawbridge.law.ledger import Ledger, half_up

SHANGHAI = timezone(timedelta(hours=8))
START = datetime(2014, 7, 8, 10, tzinfo=SHANGHAI)
PRINCIPALS = st.integers(1, 500_000_000)
RATES = st.sampled_from([Decimal("0.0560"), Decimal("0.0435"), Decimal("0.0001"), Decimal("9.9999999999")])
HOURS = st.integers(0, 24 * 40)
PAYMENTS = st.lists(st.tuples(HOURS, st.integers(1, 300_000_000)), max_size=8)


def a_loan(principal: int, rate: Decimal, payments: list[tuple[int, int]]) -> Ledger:
    """A loan with payments so many hours after the disbursement."""
    ledger = Ledger(principal, rate, START)
    for hours, amount in payments:
        ledger.pay(START + timedelta(hours=hours), amount)
    return ledger


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9))
def test_rounding_is_to_the_nearest_whole_halves_up(numerator: int, denominator: int) -> None:
    """At most half away, and a half goes up."""
    exact, rounded = Fraction(numerator, denominator), half_up(numerator, denominator)
    assert -Fraction(1, 2) < rounded - exact <= Fraction(1, 2)


@given(PRINCIPALS, RATES, PAYMENTS, HOURS)
def test_money_is_conserved(principal: int, rate: Decimal, payments: list[tuple[int, int]], hours: int) -> None:
    """At every instant what was paid is interest, principal and excess, to the fen, and none is negative."""
    instant = START + timedelta(hours=hours)
    balance = a_loan(principal, rate, payments).balance(instant)
    paid = sum(amount for at, amount in payments if at <= hours)
    assert balance.interest_paid_fen + balance.principal_paid_fen + balance.excess_fen == paid
    assert balance.principal_fen + balance.principal_paid_fen == principal
    parts = (balance.principal_fen, balance.interest_fen, balance.interest_paid_fen, balance.excess_fen)
    assert min(parts) >= 0


@given(
    PRINCIPALS,
    RATES,
    st.lists(st.tuples(HOURS, st.integers(1, 10**8)), max_size=6, unique_by=lambda p: p[0]),
    st.randoms(),
)
def test_the_order_in_which_payments_are_recorded_does_not_matter(
    principal: int, rate: Decimal, payments: list[tuple[int, int]], rng: object
) -> None:
    """A payment is placed by its own time, whenever it is told."""
    shuffled = list(payments)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = a_loan(principal, rate, payments), a_loan(principal, rate, shuffled)
    for day in range(42):
        instant = START + timedelta(days=day, hours=13)
        assert one.balance(instant) == other.balance(instant)


@given(PRINCIPALS, RATES, HOURS, st.lists(st.integers(1, 10**8), min_size=1, max_size=6), HOURS)
def test_a_payment_split_within_its_day_pays_the_same(
    principal: int, rate: Decimal, hours: int, parts: list[int], later: int
) -> None:
    """Interest runs by days, so a repayment in parts on one day is one repayment."""
    whole = a_loan(principal, rate, [(hours, sum(parts))])
    split = a_loan(principal, rate, [(hours, part) for part in parts])
    instant = START + timedelta(hours=max(hours, later))
    assert whole.balance(instant) == split.balance(instant)


@given(PRINCIPALS, RATES, st.lists(HOURS, min_size=1, max_size=5))
def test_interest_paid_early_saves_none(principal: int, rate: Decimal, hours: list[int]) -> None:
    """There is no interest on interest: paying what has accrued, as often as one likes, changes nothing of the sum."""
    ledger = Ledger(principal, rate, START)
    for each in sorted(hours):
        accrued = ledger.balance(START + timedelta(hours=each)).interest_fen
        if accrued:
            ledger.pay(START + timedelta(hours=each), accrued)
    end = START + timedelta(days=41)
    never = Ledger(principal, rate, START).balance(end)
    often = ledger.balance(end)
    assert often.principal_fen == principal
    assert often.interest_fen + often.interest_paid_fen == never.interest_fen


@given(PRINCIPALS, RATES, st.integers(0, 60))
def test_interest_is_principal_by_rate_by_days_over_360(principal: int, rate: Decimal, days: int) -> None:
    """The first day counts, the last does not, whatever the time of day."""
    exact = Fraction(principal) * Fraction(rate) * days / 360
    morning = START.replace(hour=0) + timedelta(days=days)
    expected = half_up(exact.numerator, exact.denominator)
    assert Ledger(principal, rate, START).balance(max(morning, START)).interest_fen == expected
    assert Ledger(principal, rate, START).balance(morning.replace(hour=23)).interest_fen == expected


@given(PRINCIPALS, RATES, PAYMENTS, st.tuples(HOURS, st.integers(1, 10**8)))
def test_paying_more_never_leaves_more_outstanding(
    principal: int, rate: Decimal, payments: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    """One payment more lowers what is outstanding at every instant, or leaves it, but for a fen of rounding."""
    without, with_ = a_loan(principal, rate, payments), a_loan(principal, rate, [*payments, more])
    for day in range(42):
        instant = START + timedelta(days=day, hours=13)
        assert with_.balance(instant).outstanding_fen <= without.balance(instant).outstanding_fen + 1
