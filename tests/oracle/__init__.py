"""A second, slow and plain implementation of the bridge loan's contract, to compare the product with."""

from .replay import replay

__all__ = ["replay"]
