"""Of the framework only consuming is used: it opens no port, writes no file, and its tables stay out of it."""

import asyncio
from pathlib import Path

import faust
import pytest

from drawbridge.gateway.app import make_app
from drawbridge.settings import Settings


def test_it_serves_no_page() -> None:
    """Its web server would show tables and routes to whoever asks, on every address of the machine."""
    conf = make_app(Settings(kafka="127.0.0.1:9"), "group", embedded=False).conf
    assert (conf.web_enabled, conf.web_tables_enabled, conf.web_router_enabled) == (False, False, False)


def test_it_starts_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chart's containers have a read-only file system; left to itself, Faust makes folders where it is started."""
    monkeypatch.chdir(tmp_path)
    _start(make_app(Settings(kafka="127.0.0.1:9"), "group", embedded=False))
    assert list(tmp_path.iterdir()) == []
    _start(faust.App("left-to-itself", broker="kafka://127.0.0.1:9", store="memory://"))
    assert list(tmp_path.iterdir()) != []


def _start(app: faust.App) -> None:
    """Do what Faust does before an app's services start."""
    asyncio.run(app.on_first_start())
