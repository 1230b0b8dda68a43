"""Every good example by its name: the type, and what is special about it."""

from drawbridge.publish.examples.by_banks import BANK_EXAMPLES
from drawbridge.publish.examples.by_operators import OPERATOR_EXAMPLES
from drawbridge.publish.examples.by_pool import POOL_EXAMPLES
from drawbridge.publish.examples.parts import changed
from drawbridge.publish.examples.stages import Good

GOOD: dict[str, Good] = {
    name: Good(changed(good.message, "id", f"good-{name}"), good.history)
    for name, good in (OPERATOR_EXAMPLES | BANK_EXAMPLES | POOL_EXAMPLES).items()
}
