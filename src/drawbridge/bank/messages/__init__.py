"""What a bank, an agency or an operator says: one file a message, and here the list of all."""

from collections.abc import Mapping
from types import MappingProxyType

from drawbridge.bank.forms import MessageData
from drawbridge.bank.messages.abandonment import Abandonment
from drawbridge.bank.messages.application import Application
from drawbridge.bank.messages.calendar_notice import CalendarNotice
from drawbridge.bank.messages.contract import Contract
from drawbridge.bank.messages.credit_ruling import CreditRuling
from drawbridge.bank.messages.deposit_adjustment import DepositAdjustment
from drawbridge.bank.messages.deposit_placement import DepositPlacement
from drawbridge.bank.messages.disbursement import Disbursement
from drawbridge.bank.messages.enrolment import Enrolment
from drawbridge.bank.messages.extension import Extension
from drawbridge.bank.messages.forwarding import Forwarding
from drawbridge.bank.messages.notice import Notice
from drawbridge.bank.messages.penalty_ruling import PenaltyRuling
from drawbridge.bank.messages.pool import POOL_MESSAGES
from drawbridge.bank.messages.refusal import Refusal
from drawbridge.bank.messages.reinstatement import Reinstatement
from drawbridge.bank.messages.renewal import Renewal
from drawbridge.bank.messages.repayment import Repayment
from drawbridge.bank.messages.report_filing import ReportFiling
from drawbridge.bank.messages.review import Review
from drawbridge.bank.messages.seizure import Seizure
from drawbridge.bank.messages.settlement import Settlement
from drawbridge.bank.messages.withdrawal import Withdrawal

#: the model of each inbound message's `data`, by the message's type, in the order of a case's life
MODELS: Mapping[str, type[MessageData]] = MappingProxyType(
    {
        model.TYPE: model
        for model in (
            Enrolment,
            DepositPlacement,
            DepositAdjustment,
            Reinstatement,
            CalendarNotice,
            Notice,
            Application,
            Review,
            Contract,
            Disbursement,
            Settlement,
            Renewal,
            Forwarding,
            Repayment,
            Extension,
            Abandonment,
            Refusal,
            Withdrawal,
            Seizure,
            PenaltyRuling,
            CreditRuling,
            ReportFiling,
            *POOL_MESSAGES,
        )
    }
)
