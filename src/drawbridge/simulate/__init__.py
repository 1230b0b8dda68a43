"""A city's messages, made up: deterministic, in order of receipt, and mostly well-behaved.

A simulated city is for trying out, measuring and testing; it knows the law's figures but never asks the decision core.
Each scheme is one module with a function `messages(plan)`; it is named here, and nothing else has to know it.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from drawbridge.simulate.plan import Plan

__all__ = ["CITIES", "Plan", "simulate"]

#: the module that plays each scheme's city
CITIES: Mapping[str, str] = MappingProxyType(
    {
        "zhenjiang-2013": "drawbridge.simulate.bridge.city",
        "qianjiang-2015": "drawbridge.simulate.pool.city",
    }
)


def simulate(plan: Plan) -> Iterator[bytes]:
    """Write the city's messages, one line each without its end, in order of receipt.

    The same plan gives the same bytes. Memory grows with the cases in progress, not with those told.

    Raises:
        KeyError: nobody plays that scheme's city.
        ValueError: the plan has no working day, or lies before the scheme's figures; the message says which.
    """
    lines: Iterator[bytes] = import_module(CITIES[plan.scheme]).messages(plan)
    return lines
