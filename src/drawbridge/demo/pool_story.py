"""The fifth story: a guarantee pool of three members, one of whom defaults.

The figures are worked out by hand. Interest is actual days over 360 at 5.00 %, the first day counted, the last not;
what a payment's rounding leaves of it is carried on.

- 26 February to 26 August, 182 days on 1,800,000.00: 45,500.00. The three contributions hold 216,000.00. The office
  pays 140,000.00 of it (1,705,500.00 are left), the lender debits 76,000.00 after 3 days (710.63; 1,630,210.63 left).
- To 30 September, 32 days: 7,245.38. Of these 1,637,456.01 the government bears 818,728.00, the lender the odd fen too.
  Paid on 13 October, after 45 days (10,188.81), they leave 821,671.44.
- To 20 December, 68 days: 7,760.23. Of the net 867,400.00 the lender gets 829,431.67, the risk fund 37,968.33; it
  still misses 780,759.67. Of the net 849,600.00 in March it gets these, the contributions the last 68,840.33.
- The members' shares are 5, 3 and 4 twelfths of it: 28,683.47 1/12, 17,210.08 1/4, 22,946.77 2/3 (and the odd fen).
"""

from hashlib import sha256

from drawbridge.demo.pool_loan import PoolLoan, closure, placement
from drawbridge.demo.post import LENDER, Post
from drawbridge.demo.story import Step, Story, yuan

_PLACED_FEN, _EXPECTED_FEN = 100_000_000, 1_000_000_000
_OFFICE_PAYS_FEN, _LENDER_DEBITS_FEN, _GOVERNMENT_PAYS_FEN = 14_000_000, 7_600_000, 81_872_800


def pool_story(post: Post) -> Story:
    """Return the story of the pool, from its risk fund to the refund."""
    machines = {"name": "黔江武陵机械有限公司", "uscc": "91500114MA5U2A111W"}
    textiles = {"name": "黔江濯水纺织有限公司", "uscc": "91500114MA5U3B221J"}
    foods = {"name": "黔江峡江食品有限公司", "uscc": "91500114MA5U4C3318"}
    first = PoolLoan(post, "助2016-01", machines, 300_000_000, "2016-07-20")
    evader = PoolLoan(post, "助2016-02", textiles, 180_000_000, "2016-08-26")
    third = PoolLoan(post, "助2016-03", foods, 240_000_000, "2016-09-16")
    steps = (
        *_opening(post, (first, evader, third)),
        _lent_at_once(first, "2016-01-11", "2016-01-13", "2016-01-14", "2016-01-15", "2016-01-18", "2016-01-20"),
        *_lent(evader, "2016-02-16", "2016-02-18", "2016-02-22", "2016-02-23", "2016-02-24", "2016-02-26"),
        _lent_at_once(third, "2016-03-07", "2016-03-09", "2016-03-10", "2016-03-11", "2016-03-14", "2016-03-16"),
        Step("the first member repays on the due day", first.repayment("2016-07-20T10:00", 307_583_333)),
        *_first_stage(evader),
        Step("due on a holiday, repaid on Sunday, a working day", third.repayment("2016-09-18T10:00", 246_200_000)),
        *_second_stage(evader),
        *_recovery(evader),
        Step("the office closes the pool: what is left goes back", closure(post, "2017-04-05T10:00")),
    )
    outcome = (
        "pool.compensation.instructed.v1",
        "pool.compensation.paid.v1",
        "pool.direct_debit.authorised.v1",
        "pool.compensation.paid.v1",
        "pool.risk_window.opened.v1",
        "pool.shortfall.shared.v1",
        "pool.compensation.instructed.v1",
        "pool.compensation.late.v1",
        "pool.compensation.paid.v1",
        "pool.recovery.allocated.v1",
        "pool.recovery.allocated.v1",
    )
    title = "A guarantee pool (助保贷) in the same worker: one of three members defaults"
    return Story(title, evader.subject, steps, outcome)


def _opening(post: Post, loans: tuple[PoolLoan, ...]) -> list[Step]:
    enrolled = post.enrolment(LENDER, "2015-06-16T09:00", "lender", "合作协议-2015-1")
    placed = placement(post, "2016-01-04T09:00", _PLACED_FEN, _EXPECTED_FEN)
    admitted, *others = (loan.admission("2016-01-05T09:00") for loan in loans)
    return [
        Step("a lender (合作银行) joins", enrolled),
        Step(f"the government fills the risk fund (风险补偿金): {yuan(_PLACED_FEN)}", placed),
        Step("three enterprises are admitted to the pool", admitted, then=tuple(others)),
    ]


def _lent(loan: PoolLoan, *days: str) -> list[Step]:
    recommended, decided, contributed, contracted, filed, disbursed = days
    return [
        Step("the office recommends a member to the lender", loan.recommendation(f"{recommended}T10:00")),
        Step("the lender approves", loan.decision(f"{decided}T10:00")),
        Step(
            f"the enterprise contributes 3 % (助保金): {yuan(loan.contribution_fen)}",
            loan.contribution(f"{contributed}T10:00"),
        ),
        Step("loan and guarantee contracts are signed", loan.contract(f"{contracted}T10:00")),
        Step("the loan is filed, within three working days before", loan.filing(f"{filed}T10:00", disbursed)),
        Step(f"and paid out: {yuan(loan.principal_fen)}", loan.disbursement(f"{disbursed}T10:00")),
    ]


def _lent_at_once(loan: PoolLoan, *days: str) -> Step:
    """Show a loan's way to its disbursement as one step."""
    says = f"a member contributes {yuan(loan.contribution_fen)} and borrows {yuan(loan.principal_fen)}"
    first, *others = (step.line for step in _lent(loan, *days))
    return Step(says, first, then=tuple(others))


def _first_stage(loan: PoolLoan) -> list[Step]:
    too_much = loan.claim("2016-08-26T10:00", "contribution", loan.principal_fen, 4_575_000)
    claim = loan.claim("2016-08-26T10:30", "contribution", loan.principal_fen, 4_550_000)
    return [
        Step("the due day: the lender claims, with a day's interest too much", too_much, "outstanding-mismatch"),
        Step(f"it claims on the contributions: {yuan(loan.principal_fen + 4_550_000)}", claim),
        Step(
            f"the office pays only {yuan(_OFFICE_PAYS_FEN)} by the close of the day",
            loan.compensation("2016-08-26T16:00", "contribution", _OFFICE_PAYS_FEN),
        ),
        Step(
            f"the lender debits the rest itself: {yuan(_LENDER_DEBITS_FEN)}",
            loan.direct_debit("2016-08-29T09:30", _LENDER_DEBITS_FEN),
        ),
    ]


def _second_stage(loan: PoolLoan) -> list[Step]:
    principal_fen, interest_fen = 163_021_063, 724_538
    early = loan.claim("2016-09-26T15:00", "risk-fund", principal_fen, 633_971)
    claim = loan.claim("2016-09-30T15:00", "risk-fund", principal_fen, interest_fen)
    return [
        Step("the lender claims on the risk fund, a day too early", early, "claim-too-early"),
        Step(f"a month has passed: it claims {yuan(principal_fen + interest_fen)}", claim),
        Step(
            f"the government's half, {yuan(_GOVERNMENT_PAYS_FEN)}, comes a day late",
            loan.compensation("2016-10-13T10:00", "risk-fund", _GOVERNMENT_PAYS_FEN),
        ),
    ]


def _recovery(loan: PoolLoan) -> list[Step]:
    persons = [
        {"name": name, "role": role, "identity_digest": sha256(name.encode()).hexdigest()}
        for name, role in (("田志远", "法定代表人"), ("冉秀兰", "实际控制人"))
    ]
    return [
        Step(
            "the collateral is sold for 880,000.00, at a cost of 12,600.00",
            loan.recovery("2016-12-20T10:00", 88_000_000, 1_260_000, 0),
        ),
        Step("machines were moved away in secret: the debt is evaded", loan.evasion("2017-01-16T10:00", persons)),
        Step(
            "the machines are found and sold: 849,600.00 after costs",
            loan.recovery("2017-03-15T10:00", 90_000_000, 4_500_000, 540_000),
        ),
    ]


def blacklist_outcome() -> tuple[str, ...]:
    """Return the credit feed's events that the story must lead to: of the enterprise and of two persons."""
    return ("credit.blacklist.raised.v1",) * 3
