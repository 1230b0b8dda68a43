"""Settings: environment over file over default, wrong ones named, secrets never shown."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from drawbridge.cli import cli
from drawbridge.settings import SettingsError, load, without_password


def test_the_environment_stands_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    """Each row tells where its value comes from."""
    file = tmp_path / "drawbridge.toml"
    file.write_text('kafka = "a:1"\noperators = ["x", "y"]\nintake_batch = 7\n', encoding="utf-8")
    settings, rows = load(file, {"DRAWBRIDGE_KAFKA": "b:2", "DRAWBRIDGE_AGENCIES": " p, q ,", "HOME": "/"})
    assert (settings.kafka, settings.operators, settings.agencies, settings.intake_batch) == (
        "b:2",
        ("x", "y"),
        ("p", "q"),
        7,
    )
    source = {row.name: row.source for row in rows}
    assert source["DRAWBRIDGE_KAFKA"] == "DRAWBRIDGE_KAFKA"
    assert source["DRAWBRIDGE_INTAKE_BATCH"] == str(file)
    assert source["DRAWBRIDGE_CLOCK"] == "default"


@pytest.mark.parametrize(
    ("name", "value"),
    [("CLOCK", "wall"), ("INTAKE_BATCH", "0"), ("INTAKE_BATCH", "many"), ("INTAKE_BATCH", "1.5"), ("KAFAK", "a:1")],
)
def test_a_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    """An unknown name is no silence: it is most often a misspelt one."""
    with pytest.raises(SettingsError, match=f"DRAWBRIDGE_{name}"):
        load(None, {f"DRAWBRIDGE_{name}": value})


@pytest.mark.parametrize(
    "text", ["kafka = ", "speed = 3", "kafka = 3", "clock = 1", "intake_batch = true", "operators = [1]"]
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    """Bad TOML, unknown names and wrong types alike."""
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"wrong\.toml"):
        load(file, {})


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://me:s3cret@db/x",
        "postgresql://me@db/x?password=s3cret",
        "host=db password=s3cret dbname=x",
        "host=db password='s3cret \\' s3cret' dbname=x",
    ],
)
def test_a_password_is_never_shown(dsn: str) -> None:
    """Wherever it stands in the DSN."""
    assert "s3cret" not in without_password(dsn)
    listed = CliRunner().invoke(cli, ["settings"], env={"DRAWBRIDGE_DATABASE": dsn})
    assert listed.exit_code == 0
    assert "s3cret" not in listed.output
    assert "db" in listed.output
