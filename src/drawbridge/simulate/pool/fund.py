"""The pool's money as its office knows it: what each fund holds, and what is promised and not paid."""

from dataclasses import dataclass


@dataclass(slots=True)
class Fund:
    """Contributions, or the risk fund."""

    balance_fen: int = 0
    promised_fen: int = 0
    """Instructed and not yet paid."""

    def promise(self, wanted_fen: int) -> int:
        """Promise what is wanted, as far as there is something left: how much."""
        amount = min(wanted_fen, max(0, self.balance_fen - self.promised_fen))
        self.promised_fen += amount
        return amount

    def pay(self, amount_fen: int) -> None:
        """Pay what was promised."""
        self.promised_fen -= amount_fen
        self.balance_fen -= amount_fen
