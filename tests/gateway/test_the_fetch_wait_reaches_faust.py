"""The one adapter to Faust's inside: its hard-coded fetch wait is the delay of a message."""

from drawbridge.gateway.app import make_app
from drawbridge.gateway.consumer import PromptConsumer, PromptTransport
from drawbridge.settings import Settings


async def test_the_consumer_waits_as_long_as_it_is_told() -> None:
    """The consumer that Faust makes carries the setting, not 1500 ms."""
    app = make_app(Settings(kafka="127.0.0.1:9", fetch_wait_ms=37), "group", embedded=False)
    app.finalize()
    consumer_of_faust = app.consumer
    assert isinstance(consumer_of_faust, PromptConsumer)
    thread = consumer_of_faust._thread
    assert isinstance(app.transport, PromptTransport)
    consumer = thread._create_worker_consumer(app.transport)
    try:
        assert consumer._fetch_max_wait_ms == 37
    finally:
        await consumer.stop()
        thread.thread_loop.close()
