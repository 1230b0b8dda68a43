"""A second, slow and plain implementation of the contract of both schemes, to compare the product with."""

from .replay import replay

__all__ = ["replay"]
