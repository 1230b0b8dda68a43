"""`drawbridge bench` on a small city of each scheme."""

import pytest
from click.testing import CliRunner

from drawbridge.commands.bench import command


@pytest.mark.parametrize("scheme", ["zhenjiang-2013", "qianjiang-2015"])
def test_a_year_of_each_scheme_is_measured(scheme: str) -> None:
    """The bench replays a simulated year of the scheme that it is asked for, and says whose it was."""
    done = CliRunner().invoke(command, ["--cases", "10", "--scheme", scheme])
    assert done.exit_code == 0, done.output
    assert f"replay of a simulated year of {scheme}: 10 cases" in done.output
    assert "decide: rules, timers, state, receipts" in done.output
