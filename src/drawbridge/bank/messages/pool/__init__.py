"""What the office and the lenders of a guarantee pool say (助保贷): one file a message."""

from drawbridge.bank.messages.pool.account_entry import AccountEntry
from drawbridge.bank.messages.pool.admission import PoolAdmission
from drawbridge.bank.messages.pool.closure import PoolClosure
from drawbridge.bank.messages.pool.compensation_claim import CompensationClaim
from drawbridge.bank.messages.pool.compensation_payment import CompensationPayment
from drawbridge.bank.messages.pool.contract import PoolContract
from drawbridge.bank.messages.pool.contribution import PoolContribution
from drawbridge.bank.messages.pool.decision import PoolDecision
from drawbridge.bank.messages.pool.direct_debit import DirectDebit
from drawbridge.bank.messages.pool.disbursement import PoolDisbursement
from drawbridge.bank.messages.pool.evasion_finding import EvasionFinding
from drawbridge.bank.messages.pool.filing import PoolFiling
from drawbridge.bank.messages.pool.placement import PoolPlacement
from drawbridge.bank.messages.pool.recommendation import PoolRecommendation
from drawbridge.bank.messages.pool.recovery import Recovery
from drawbridge.bank.messages.pool.repayment import PoolRepayment

#: in the order of a loan's life
POOL_MESSAGES = (
    PoolPlacement,
    PoolAdmission,
    PoolRecommendation,
    PoolDecision,
    PoolContribution,
    PoolContract,
    PoolFiling,
    PoolDisbursement,
    PoolRepayment,
    CompensationClaim,
    CompensationPayment,
    DirectDebit,
    AccountEntry,
    Recovery,
    EvasionFinding,
    PoolClosure,
)
