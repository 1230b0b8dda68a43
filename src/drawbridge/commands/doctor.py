"""`drawbridge doctor`: is everything as it should be, and if not, what to do."""

import sys
from datetime import datetime
from pathlib import Path

import click
import orjson

from drawbridge import logs
from drawbridge.bank.envelope import SHANGHAI, instant_text
from drawbridge.commands import options, running
from drawbridge.duty.doctor import examine
from drawbridge.duty.finding import Finding, Level, worst
from drawbridge.page import wrap

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}
#: columns before what is said
_INDENT = 20


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for monitors.")
@options.config
def command(*, as_json: bool, config_file: Path | None) -> None:
    """Look at broker, database and workers, and say of each thing whether it is as it should be, and what to do.

    It only reads, and it ends soon, whoever does not answer. Exit code 0: all is well; 1: something should be looked at
    in the morning; 2: now (also when the settings are wrong).

    Example: drawbridge doctor --json
    """
    settings = options.needing(config_file, "kafka", "database")
    logs.configure("critical")  # what a client has to say stands in the findings
    findings = running.run(examine(settings))
    level = worst(findings)
    if as_json:
        told = [{"check": f.check, "level": f.level.name.lower(), "said": f.said, "advice": f.advice} for f in findings]
        at = instant_text(datetime.now(SHANGHAI).replace(microsecond=0))
        click.echo(orjson.dumps({"level": level.name.lower(), "checked_at": at, "findings": told}))
    else:
        for finding in findings:
            _show(finding)
        click.echo(_summary(findings))
    sys.exit(level)


def _show(finding: Finding) -> None:
    """Print one finding; its colour shows on a terminal only."""
    level = click.style(f"{finding.level.name.lower():5}", fg=_COLOURS[finding.level])
    lines = list(wrap(finding.said, _INDENT))
    if finding.advice:
        lines += wrap(f"→ {finding.advice}", _INDENT, _INDENT + 2)
    lines[0] = f"{level} {finding.check:13} {lines[0].lstrip()}"
    click.echo("\n".join(lines))


def _summary(findings: list[Finding]) -> str:
    """Return the last line."""
    count = {level: sum(finding.level is level for finding in findings) for level in Level}
    if worst(findings) is Level.OK:
        return "everything is as it should be"
    return f"{count[Level.FAIL]} to mend now, {count[Level.WARN]} to look at in the morning"
