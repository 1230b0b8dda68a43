"""Every setting of the service: its name, unit, default and meaning, and where its value comes from.

An environment variable `DRAWBRIDGE_<NAME>` stands over the same name in lower case in a TOML file, which stands over
the default. Nothing else in the package reads the environment.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

PREFIX = "DRAWBRIDGE_"
ROLES = ("intake", "desk", "relay", "watch")
Clock = Literal["broker", "messages"]
LogLevel = Literal["debug", "info", "warning"]


class SettingsError(ValueError):
    """A setting is missing, unknown or of the wrong form; the message says which and what to do."""


def _setting(default: Any, meaning: str, unit: str = "", *, at_least: int | None = None) -> Any:
    """Declare a setting: its default, what it means, its unit, and the least value of a number."""
    return field(default=default, metadata={"meaning": meaning, "unit": unit, "at_least": at_least})


def _secret(meaning: str, unit: str = "") -> Any:
    """Declare a secret: no `repr` of the settings shows it, and a file may hold it instead of the environment."""
    return field(default="", repr=False, metadata={"meaning": meaning, "unit": unit, "at_least": None})


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force; see each field's meaning."""

    kafka: str = _setting("", "bootstrap servers of the broker", "host:port,…")
    database: str = _secret("where the journal is", "PostgreSQL DSN")
    kafka_protocol: str = _setting("PLAINTEXT", "to the broker: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")
    kafka_mechanism: str = _setting("SCRAM-SHA-512", "of SASL: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN")
    kafka_user: str = _setting("", "who this is to the broker, with SASL")
    kafka_password: str = _secret("the password of that user")
    kafka_ca_file: str = _setting("", "who vouches for the broker; none: whom the system trusts", "PEM file")
    kafka_certificate_file: str = _setting("", "this client's certificate for the broker (mutual TLS)", "PEM file")
    kafka_key_file: str = _setting("", "the certificate's private key", "PEM file")
    kafka_key_password: str = _secret("opens that key")
    database_password: str = _secret("stands over a password in the DSN")
    database_ca_file: str = _setting("", "who vouches for the database; given, TLS is verified in full", "PEM file")
    database_certificate_file: str = _setting("", "this client's certificate for the database", "PEM file")
    database_key_file: str = _setting("", "the certificate's private key", "PEM file")
    worker_id: str = _setting("", "fixed name of this worker (static group membership); no two at a time may have it")
    operators: tuple[str, ...] = _setting((), "known operators", "names,…")
    agencies: tuple[str, ...] = _setting((), "known assisted-loan agencies", "names,…")
    schemes: tuple[str, ...] = _setting((), "schemes decided here; none named: all", "profile ids,…")
    clock: Clock = _setting("broker", "broker: append time of the sender's record; messages: sandbox only")  # noqa: RUF009 - a field
    keys: str = _setting("", "where the private keys are that `drawbridge keys` makes", "folder")
    topic_prefix: str = _setting("", "stands before every topic's name")
    replication_factor: int = _setting(1, "copies of each topic that `topics --apply` makes", "brokers", at_least=1)
    facts_partitions: int = _setting(4, "partitions of topics keyed by scheme, when made", "partitions", at_least=1)
    session_timeout_ms: int = _setting(10_000, "a silent worker is taken for dead after", "ms", at_least=1_000)
    heartbeat_ms: int = _setting(2_000, "between two signs of life", "ms", at_least=100)
    fetch_wait_ms: int = _setting(50, "the broker holds an empty fetch for", "ms", at_least=1)
    intake_batch: int = _setting(500, "messages that intake forwards at a time, at most", "messages", at_least=1)
    desk_batch: int = _setting(500, "messages in one transaction, at most", "messages", at_least=1)
    snapshot_events: int = _setting(5_000, "a scheme's state is written down again after", "events", at_least=1)
    relay_batch: int = _setting(500, "records in one publication, at most", "records", at_least=1)
    relay_poll_ms: int = _setting(200, "the relay looks for news of another process every", "ms", at_least=10)
    timer_poll_ms: int = _setting(1_000, "due timers are looked for, when nothing arrives, every", "ms", at_least=50)
    clock_margin_ms: int = _setting(2_000, "this clock and the broker's may differ by", "ms", at_least=0)
    refresh_ms: int = _setting(3_000, "new senders' topics are looked for every", "ms", at_least=100)
    transaction_timeout_ms: int = _setting(10_000, "the broker aborts an open publication after", "ms", at_least=1_000)
    log_level: LogLevel = _setting("info", "the log's lines from here on; debug: one for each message")  # noqa: RUF009 - a field
    otlp_endpoint: str = _setting("", "where spans are sent, by OTLP over HTTP; none: nowhere", "URL")
    health_host: str = _setting("127.0.0.1", "address of the port for monitors: /healthz, /readyz, /metrics")
    health_port: int = _setting(0, "that port; 0: none", "port", at_least=0)
    crash_at: str = _setting("", "tests only: the process kills (or stops) itself here", "name:count[:stop]")

    @property
    def sandbox(self) -> bool:
        """Whether time is taken from the messages, which only a sandbox may do."""
        return self.clock == "messages"

    def topic(self, name: str) -> str:
        """Return a topic's full name."""
        return self.topic_prefix + name


#: may come from a file that `<NAME>_FILE` names, and is not shown; of the DSN only the password is hidden
SECRETS = {"database", "kafka_password", "kafka_key_password", "database_password"}
LISTS = {"operators", "agencies", "schemes"}
CHOICES = {
    "clock": ("broker", "messages"),
    "log_level": ("debug", "info", "warning"),
    "kafka_protocol": ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
    "kafka_mechanism": ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as it is listed: its value without secrets."""

    name: str
    value: str
    unit: str
    default: str
    source: str
    meaning: str


def load(file: Path | None, environ: Mapping[str, str]) -> tuple[Settings, list[Row]]:
    """Read the settings from the environment over a TOML file over the defaults.

    Returns:
        The settings, and a row for each that tells where its value comes from.

    Raises:
        SettingsError: the file cannot be read, or a name or value in either place is wrong.
    """
    known = {declared.name: declared for declared in fields(Settings)}
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    given = {name: (raw, f"{file}: {name}", str(file)) for name, raw in (_read(file) if file else {}).items()}
    in_environment = {
        variable.removeprefix(PREFIX).lower(): (text, variable, variable)
        for variable, text in environ.items()
        if variable.startswith(PREFIX)
    }
    for layer in (given, in_environment):
        for name, (raw, place, source) in _with_secret_files(layer).items():
            if name not in known:
                raise SettingsError(f"{place}: there is no such setting; `drawbridge settings` lists all")
            values[name] = _typed(known[name], raw, place)
            sources[name] = source
    settings = Settings(**values)
    rows = [
        Row(
            name=PREFIX + name.upper(),
            value=shown(name, getattr(settings, name)),
            unit=declared.metadata["unit"],
            default=shown(name, _default(declared)),
            source=sources.get(name, "default"),
            meaning=declared.metadata["meaning"],
        )
        for name, declared in known.items()
    ]
    return settings, rows


def _with_secret_files(layer: dict[str, tuple[Any, str, str]]) -> dict[str, tuple[Any, str, str]]:
    """Return the values of one source, those `<name>_file` of secrets replaced by what stands in the files.

    Raises:
        SettingsError: a file cannot be read, or a secret is given both ways.
    """
    found = dict(layer)
    for name in SECRETS & {name.removesuffix("_file") for name in layer if name.endswith("_file")}:
        path, place, source = found.pop(f"{name}_file")
        if name in layer:
            raise SettingsError(f"{place}: {name} is given as well; one of the two has to go")
        try:
            # an editor ends the last line; no secret does
            secret = Path(str(path)).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as why:
            raise SettingsError(f"{place}: {path} cannot be read: {why}") from None
        found[name] = secret, place, source
    return found


def shown(name: str, value: Any) -> str:
    """Return a value as text, without what must stay secret."""
    if isinstance(value, tuple):
        return ",".join(value)
    if name in SECRETS - {"database"}:
        return "set" if value else ""
    return without_password(str(value)) if name == "database" else str(value)


def without_password(dsn: str) -> str:
    """Return the DSN with its password masked, wherever it stands in it."""
    hidden = re.sub(r"((?:^|[\s?&])(?:password|sslpassword)\s*=\s*)('(?:\\.|[^'])*'|[^\s&]+)", r"\1***", dsn)
    parts = urlsplit(hidden)
    if "@" not in parts.netloc:
        return hidden
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:***@{place}" if ":" in user else parts.netloc))


def _default(declared: "Field[Any]") -> Any:
    """Return a field's default."""
    if declared.default is MISSING:
        raise AssertionError(declared.name)
    return declared.default


def _read(file: Path) -> dict[str, Any]:
    """Return what the TOML file says."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as why:
        raise SettingsError(f"{file}: cannot be read: {why.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SettingsError(f"{file}: is not TOML: {why}") from None


def _typed(declared: "Field[Any]", raw: Any, place: str) -> Any:
    """Return a value of the setting's type.

    Raises:
        SettingsError: it has another form; the message names `place`.
    """
    if declared.name in LISTS:
        parts = raw.split(",") if isinstance(raw, str) else raw
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise SettingsError(f"{place}: must be a list of names")
        return tuple(part.strip() for part in parts if part.strip())
    if declared.name in CHOICES:
        if raw not in CHOICES[declared.name]:
            raise SettingsError(f"{place}: must be {' or '.join(CHOICES[declared.name])}, not {raw!r}")
        return raw
    if isinstance(declared.default, int):
        return _number(raw, declared.metadata["at_least"], place)
    if not isinstance(raw, str):
        raise SettingsError(f"{place}: must be text")
    return raw


def _number(raw: Any, at_least: int, place: str) -> int:
    """Return a whole number of at least that much, from TOML or from text."""
    number = raw
    if isinstance(raw, str) and re.fullmatch(r"\d{1,12}", raw.strip()):
        number = int(raw)
    if not isinstance(number, int) or isinstance(number, bool) or number < at_least:
        raise SettingsError(f"{place}: must be a whole number of at least {at_least}, not {raw!r}")
    return number
