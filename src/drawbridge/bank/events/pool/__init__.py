"""What the gateway says of a guarantee pool (助保贷), by topic."""

from drawbridge.bank.events.pool import account, compensation, loan, recovery

#: in the order of a loan's life
POOL_TOPICS = (account, loan, compensation, recovery)
