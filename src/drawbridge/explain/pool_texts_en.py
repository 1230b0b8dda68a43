"""What the gateway tells of an assisted loan, in English."""

from drawbridge.bank.rejects import Code

EVENTS = {
    "pool.risk_fund.placed.v1": "{amount_fen} placed in the risk fund, {risk_fund_balance_fen} now",
    "pool.risk_fund.insufficient.v1": "the risk fund has {risk_fund_balance_fen}, {required_fen} are required",
    "pool.enterprise.admitted.v1": "{name} is in the pool, for {effective_month}",
    "pool.account.moved.v1": "the account: {direction} of {amount_fen} for {purpose}",
    "pool.account.violated.v1": "the closed account is violated: {code}",
    "pool.refunded.v1": "the pool is closed; {balance_fen} of the contributions go back: {shares}",
    "pool.loan.recommended.v1": "the case is open: letter {letter_no} to {lender}",
    "pool.loan.approved.v1": "approved: {amount_fen}; the enterprise's loans above the usual: {above_usual}",
    "pool.loan.declined.v1": "declined: {reasons}; the case is closed",
    "pool.contribution.received.v1": "contribution of {amount_fen}; the contributions hold {pool_balance_fen}",
    "pool.loan.contracted.v1": "contract {contract_no}: {principal_fen} at {annual_rate} a year, matures {matures_on}",
    "pool.loan.filed.v1": "filed by letter {letter_no}; to be paid out on {planned_disbursement_on}",
    "pool.loan.disbursed.v1": "{amount_fen} paid out",
    "pool.filing.violated.v1": "not filed in time: paid out on {disbursed_on}, the third working day before"
    " is {third_working_day_before}",
    "pool.filing.violated.rescinded.v1": "filed in time after all",
    "pool.amount.violated.v1": "another sum than the contracted {principal_fen} was paid out",
    "pool.repaid.v1": "{amount_fen} repaid: interest {interest_fen}, principal {principal_fen}, excess"
    " {excess_fen}; outstanding {outstanding_principal_fen} and interest {outstanding_interest_fen}",
    "pool.overpaid.v1": "{excess_fen} came in on a closed case: give it back",
    "pool.loan.closed.v1": "all is repaid and back, the case is closed",
    "pool.instalment.missed.v1": "instalment {instalment} of {amount_fen}, due {due_at}: {unpaid_fen} unpaid",
    "pool.instalment.missed.rescinded.v1": "instalment {instalment} had been paid in time after all",
    "pool.loan.overdue.v1": "overdue since {due_at}: {outstanding_principal_fen} and interest"
    " {outstanding_interest_fen}",
    "pool.loan.overdue.rescinded.v1": "not overdue after all: nothing was outstanding at {due_at}",
    "pool.deadline.moved.v1": "{name} moved from {before_due_on} to {due_at}",
    "pool.compensation.instructed.v1": "the office is to pay {amount_fen} by {due_at}; {available_fen} were available",
    "pool.shortfall.shared.v1": "shortfall of {shortfall_fen} shared: the government {government_fen}, the"
    " lender {lender_fen}",
    "pool.claim.late.v1": "the claim came after {closed_on}; the text takes no right away",
    "pool.compensation.paid.v1": "compensated {amount_fen} ({by}): interest {interest_fen}, principal"
    " {principal_fen}, excess {excess_fen}; outstanding {outstanding_principal_fen} and interest"
    " {outstanding_interest_fen}",
    "pool.direct_debit.authorised.v1": "not paid in full by {due_at}: the lender may debit {amount_fen}",
    "pool.direct_debit.authorised.rescinded.v1": "paid in time after all: nothing may be debited",
    "pool.risk_window.opened.v1": "a month overdue: the risk fund may be claimed on until {closes_on}",
    "pool.risk_window.lapsed.v1": "no claim on the risk fund by {due_at}",
    "pool.risk_window.lapsed.rescinded.v1": "the window had not lapsed after all",
    "pool.compensation.late.v1": "{unpaid_fen} of the risk fund's share unpaid at {due_at}",
    "pool.compensation.late.rescinded.v1": "the risk fund had paid in time after all",
    "pool.recovery.allocated.v1": "{net_fen} got back: lender {to_lender_fen}, risk fund {to_risk_fund_fen},"
    " contributions {to_contributions_fen}, over {excess_fen}",
    "credit.blacklist.raised.v1": "{name} is on the blacklist for {reason}: {amount_fen} not got back, since {since}",
    "credit.blacklist.retracted.v1": "{name} is taken off the blacklist",
}

MESSAGES = {
    "agency.pool.placement.v1": "places money in the risk fund",
    "agency.pool.admission.v1": "admits an enterprise to the pool",
    "agency.pool.recommendation.v1": "recommends the enterprise",
    "bank.pool.decision.v1": "decides on the loan",
    "bank.pool.contribution.v1": "reports the contribution",
    "bank.pool.contract.v1": "signs the contracts",
    "bank.pool.filing.v1": "files the loan",
    "bank.pool.disbursement.v1": "reports the disbursement",
    "bank.pool.repayment.v1": "reports a repayment",
    "bank.pool.compensation-claim.v1": "claims compensation",
    "agency.pool.compensation-payment.v1": "pays compensation",
    "bank.pool.direct-debit.v1": "debits the contributions",
    "bank.pool.account-entry.v1": "shows a line of the account",
    "bank.pool.recovery.v1": "reports money got back",
    "agency.pool.evasion-finding.v1": "finds that the debt is evaded",
    "agency.pool.closure.v1": "closes the pool",
}

TIMERS = {
    "instalment": "the day of an instalment has closed",
    "maturity": "the due day has closed",
    "stage-one": "the office's day has closed",
    "risk-window": "the loan is a month overdue",
    "risk-window-end": "the five working days of the claim have closed",
    "stage-two": "the risk fund's days have closed",
}

CODES = {
    Code.INQUIRY_OBJECTION: "An office has an objection: let the enterprise settle it, then admit it again.",
    Code.CONDITIONS_MISSING: "Conditions of article 7 are not attested: attest all eight and send again.",
    Code.NOT_LENDER: "The bank is no lender of the scheme on that day: enrol it, or recommend to another one.",
    Code.NOT_IN_POOL: "The enterprise is not in the pool: admit it first.",
    Code.NOT_RECOMMENDED: "There is no recommendation under this number: the office writes its letter first.",
    Code.ALREADY_DECIDED: "The loan is decided already: a second decision has no effect.",
    Code.AMOUNT_OVER_MAXIMUM: "The enterprise would have more than 10 million yuan in assisted loans: approve less.",
    Code.ALREADY_CONTRIBUTED: "The contribution is paid already, and once: give back what came in again.",
    Code.CONTRIBUTION_SHORT: "The contribution by the day of signing is under 3 %: let it be paid, then sign.",
    Code.RATE_OVER_COMPARABLE: "The rate is above that of the lender's other loans: sign at that rate at most.",
    Code.COLLATERAL_SHORT: "The collateral is worth less than half of the principal: ask for more, or lend less.",
    Code.SCHEDULE_MISMATCH: "The schedule does not add up, ascend, or end at maturity: correct its lines.",
    Code.GUARANTEE_CONTRACT_MISSING: "The guarantee contract is missing: sign it and state its number.",
    Code.ALREADY_CLAIMED: "This stage is claimed already: one claim a stage is enough.",
    Code.NOT_MATURED: "The loan is not due yet: claim on the due day or after it.",
    Code.JOINT_FINDING_MISSING: "The joint finding of office and lender is missing: state its number.",
    Code.OUTSTANDING_MISMATCH: "The figures differ from the gateway's, beside this in `ours`: compare the payments.",
    Code.NOTHING_OUTSTANDING: "Nothing is outstanding on this case: there is nothing to claim.",
    Code.FIRST_STAGE_OPEN: "The contributions are not claimed on and paid in full yet: finish that stage first.",
    Code.CLAIM_TOO_EARLY: "The loan is not a month overdue yet: claim on the risk fund after that day.",
    Code.COSTS_OVER_GROSS: "Costs and penalties are more than what came in: correct the figures.",
    Code.NO_LOSS: "The risk fund has lost nothing on this case: there is no ground for the blacklist.",
    Code.LOANS_OPEN: "Loans of the pool are not settled yet: close it when they are.",
    Code.POOL_CLOSED: "The pool is closed: it takes no new members, loans or contributions.",
}

WORDS = {
    "direct-debit": "direct debit",
    "agency": "the office",
    "risk-fund": "risk fund",
    "instalment": "instalment",
    "maturity": "due day",
    "stage-one": "the office's day",
    "risk-window": "opening of the window",
    "risk-window-end": "end of the window",
    "stage-two": "the risk fund's day",
    "amount-not-instructed": "another sum than instructed",
    "direct-debit-not-authorised": "a debit that was not authorised",
    "entry-not-explained": "an entry that nothing explains",
}
