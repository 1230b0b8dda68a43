"""How this program proves who it is to broker and database, and has them prove who they are.

The settings name certificates and passwords; here they become what the client libraries take.
"""

import ssl
from typing import Any

from drawbridge.settings import Settings, SettingsError


def kafka_options(settings: Settings) -> dict[str, Any]:
    """Return the options of every aiokafka client that have to do with security.

    Raises:
        SettingsError: SASL without a user or password, or a certificate or key cannot be used.
    """
    options: dict[str, Any] = {"security_protocol": settings.kafka_protocol}
    if settings.kafka_protocol.endswith("SSL"):
        options["ssl_context"] = kafka_tls(settings)
    if settings.kafka_protocol.startswith("SASL_"):
        for name in ("kafka_user", "kafka_password"):
            if not getattr(settings, name):
                raise SettingsError(f"DRAWBRIDGE_{name.upper()} is not set, and {settings.kafka_protocol} needs it")
        options["sasl_mechanism"] = settings.kafka_mechanism
        options["sasl_plain_username"] = settings.kafka_user
        options["sasl_plain_password"] = settings.kafka_password
    return options


def kafka_tls(settings: Settings) -> ssl.SSLContext:
    """Return the TLS context for the broker: its name is verified, and ours is shown when there is one.

    Raises:
        SettingsError: a certificate or key cannot be used; the message names the setting.
    """
    context = _trusting(settings.kafka_ca_file, "DRAWBRIDGE_KAFKA_CA_FILE")
    _show(
        context,
        settings.kafka_certificate_file,
        settings.kafka_key_file,
        settings.kafka_key_password,
        "DRAWBRIDGE_KAFKA_CERTIFICATE_FILE, DRAWBRIDGE_KAFKA_KEY_FILE",
    )
    return context


def database_options(settings: Settings) -> dict[str, Any]:
    """Return the options of every asyncpg connection that have to do with security; what is not set the DSN says.

    Raises:
        SettingsError: a certificate or key cannot be used.
    """
    options: dict[str, Any] = {}
    if settings.database_password:
        options["password"] = settings.database_password
    if settings.database_ca_file:
        context = _trusting(settings.database_ca_file, "DRAWBRIDGE_DATABASE_CA_FILE")
        _show(
            context,
            settings.database_certificate_file,
            settings.database_key_file,
            "",
            "DRAWBRIDGE_DATABASE_CERTIFICATE_FILE, DRAWBRIDGE_DATABASE_KEY_FILE",
        )
        options["ssl"] = context
    elif settings.database_certificate_file:
        raise SettingsError(
            "DRAWBRIDGE_DATABASE_CERTIFICATE_FILE is set without DRAWBRIDGE_DATABASE_CA_FILE: a certificate is only"
            " shown to a database that somebody vouches for"
        )
    return options


def _trusting(authority: str, setting: str) -> ssl.SSLContext:
    """Return a context that trusts this authority, or whom the system trusts, and no older TLS than 1.2."""
    try:
        context = ssl.create_default_context(cafile=authority or None)
    except OSError as why:
        raise SettingsError(f"{setting}: {authority} cannot be used: {why}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _show(context: ssl.SSLContext, certificate: str, key: str, password: str, settings: str) -> None:
    """Have the context show a certificate, when there is one."""
    if not certificate:
        return
    try:
        # without a password OpenSSL would ask for one at the terminal
        context.load_cert_chain(certificate, key or None, password=lambda: password)
    except OSError as why:  # an SSLError is one
        raise SettingsError(f"{settings}: {certificate} cannot be used: {why}") from None
