"""What the gateway says: the data of every outbound event. These models only describe; the schemas are made of them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType, ModuleType

from drawbridge.bank.events import application, breach, credit, cycle, deposits, lapse, loan, parties
from drawbridge.bank.events.base import EventData
from drawbridge.bank.events.pool import POOL_TOPICS

#: the topics, in the order of a case's life
_TOPICS = (parties, deposits, application, loan, cycle, lapse, breach, credit, *POOL_TOPICS)


def _defined_in(topic: ModuleType) -> Iterator[type[EventData]]:
    """Yield the events that a module defines, in its order; the forms that it shares have no type."""
    for model in vars(topic).values():
        if isinstance(model, type) and issubclass(model, EventData) and "TYPE" in vars(model):
            yield model


#: the model of each event's `data`, by the event's type
EVENTS: Mapping[str, type[EventData]] = MappingProxyType(
    {model.TYPE: model for topic in _TOPICS for model in _defined_in(topic)}
)
