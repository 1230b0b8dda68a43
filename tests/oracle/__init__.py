"""A second, slow and plain implementation of the contract of both schemes, to compare the product with.

How it reads what the pool's contract leaves open stands in `pool-readings.md` beside it.
"""

from .replay import replay

__all__ = ["replay"]
