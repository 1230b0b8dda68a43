"""`bank.bridge.repayment.v1`: the bridge loan was repaid, in whole or in part (ZJ-14)."""

from typing import ClassVar, Literal

from drawbridge.bank.forms import Account, AmountFen, MessageData, Text


class Repayment(MessageData):
    """A repayment that reached the main bank: interest first, then principal (ZJ-14)."""

    TYPE: ClassVar[str] = "bank.bridge.repayment.v1"

    payment_ref: Text
    """The payment's reference; a payment is reported once."""
    amount_fen: AmountFen
    """What was paid."""
    payer: Literal["original-bank", "applicant", "guarantor"]
    """Who paid."""
    payer_account: Account
    """The account that it came from."""
