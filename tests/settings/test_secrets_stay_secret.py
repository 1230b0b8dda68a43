"""Secrets: from the environment or from a file, usable, and never shown; security that is half told is refused."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from drawbridge.access import database_options, kafka_options
from drawbridge.cli import cli
from drawbridge.settings import Settings, SettingsError, load

SECRETS = ["KAFKA_PASSWORD", "KAFKA_KEY_PASSWORD", "DATABASE_PASSWORD"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_listed_as_set_and_no_more(name: str) -> None:
    """Neither the list of settings nor the object itself shows it."""
    listed = CliRunner().invoke(cli, ["settings"], env={f"DRAWBRIDGE_{name}": "s3cret"})
    assert f"DRAWBRIDGE_{name}=set\n" in listed.output
    assert "s3cret" not in listed.output
    settings, _ = load(None, {f"DRAWBRIDGE_{name}": "s3cret", "DRAWBRIDGE_DATABASE": "postgresql://a:s3cret@b/c"})
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("name", [*SECRETS, "DATABASE"])
def test_a_secret_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    """As container platforms hand them over; the line's end that an editor adds is no part of it."""
    file = tmp_path / "secret"
    file.write_text(" s3 cret \n", encoding="utf-8")
    settings, rows = load(None, {f"DRAWBRIDGE_{name}_FILE": str(file)})
    assert getattr(settings, name.lower()) == " s3 cret "
    assert {row.name: row.source for row in rows}[f"DRAWBRIDGE_{name}"] == f"DRAWBRIDGE_{name}_FILE"
    toml = tmp_path / "drawbridge.toml"
    toml.write_text(f'{name.lower()}_file = "{file}"', encoding="utf-8")
    assert getattr(load(toml, {})[0], name.lower()) == " s3 cret "


def test_a_secret_given_twice_or_not_to_be_read_is_refused_by_name(tmp_path: Path) -> None:
    """Which of two holds would be a guess."""
    with pytest.raises(SettingsError, match="DRAWBRIDGE_KAFKA_PASSWORD_FILE"):
        load(None, {"DRAWBRIDGE_KAFKA_PASSWORD": "a", "DRAWBRIDGE_KAFKA_PASSWORD_FILE": "b"})
    with pytest.raises(SettingsError, match="DRAWBRIDGE_KAFKA_PASSWORD_FILE"):
        load(None, {"DRAWBRIDGE_KAFKA_PASSWORD_FILE": str(tmp_path / "missing")})
    with pytest.raises(SettingsError, match="DRAWBRIDGE_KAFKA_USER_FILE"):  # a name is no secret
        load(None, {"DRAWBRIDGE_KAFKA_USER_FILE": "a"})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kafka_protocol": "SASL_SSL", "kafka_password": "p"}, "KAFKA_USER"),
        ({"kafka_protocol": "SASL_PLAINTEXT", "kafka_user": "u"}, "KAFKA_PASSWORD"),
        ({"kafka_protocol": "SSL", "kafka_ca_file": "missing.pem"}, "KAFKA_CA_FILE"),
        ({"kafka_protocol": "SSL", "kafka_certificate_file": "missing.pem"}, "KAFKA_CERTIFICATE_FILE"),
    ],
)
def test_access_that_is_half_told_is_refused_by_name(given: dict[str, str], named: str) -> None:
    """At the start, not as a refused connection."""
    with pytest.raises(SettingsError, match=named):
        kafka_options(Settings(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", ["TLS", "ssl"])
def test_the_protocol_is_one_of_kafkas_own(protocol: str) -> None:
    """In Kafka's own words."""
    with pytest.raises(SettingsError, match="SASL_SSL"):
        load(None, {"DRAWBRIDGE_KAFKA_PROTOCOL": protocol})


def test_a_certificate_is_shown_to_no_unknown_database() -> None:
    """Without an authority nothing would tell whom it is shown to."""
    with pytest.raises(SettingsError, match="DATABASE_CA_FILE"):
        database_options(Settings(database_certificate_file="own.pem"))


def test_an_encrypted_key_is_opened_with_its_password_only(tmp_path: Path) -> None:
    """A wrong password is refused by name, and nobody is asked at the terminal."""
    key, certificate = tmp_path / "key.pem", tmp_path / "own.pem"
    made = f"openssl req -x509 -newkey rsa:2048 -subj /CN=own -days 2 -passout pass:s3cret -keyout {key}"
    subprocess.run([*made.split(), "-out", certificate], check=True, capture_output=True)
    given = {"kafka_protocol": "SSL", "kafka_certificate_file": str(certificate), "kafka_key_file": str(key)}
    right = "s3cret"
    options = kafka_options(Settings(kafka_key_password=right, **given))  # type: ignore[arg-type]
    assert options["ssl_context"].check_hostname
    for wrong in ("", "other"):
        with pytest.raises(SettingsError, match="KAFKA_KEY_FILE"):
            kafka_options(Settings(kafka_key_password=wrong, **given))  # type: ignore[arg-type]
