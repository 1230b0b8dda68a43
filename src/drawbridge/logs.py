"""How the service writes its log: JSON lines on standard error, readable ones on a terminal. Never personal data."""

import logging
import sys

import orjson
import structlog


def configure(level: str) -> None:
    """Set up logging from a level on; libraries speak from warnings on, if that is not below it.

    Args:
        level: `debug` to `critical`; the last for commands that say themselves what went wrong.
    """
    json = structlog.processors.JSONRenderer(serializer=lambda line, **_: orjson.dumps(line, default=str).decode())
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else json
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.setLevel(level.upper())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
