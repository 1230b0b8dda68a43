"""The command group: names each command in one line and loads its module only when it is called."""

from importlib import import_module

import click

COMMANDS = {
    "replay": "decide a file of messages and print events and receipts",
    "deadline": "count working days from a date, or back from one",
    "verify": "check a journal's sequence and hash chain",
    "explain": "tell a case's story, with articles, days and money",
    "simulate": "write a city's messages as NDJSON",
    "law": "print which rule answers which sentence of the law",
    "calendar": "print a year of working days with its sources",
    "schema": "write or check the published contract in schemas/",
    "up": "start broker, database and service, embedded, in a folder",
    "migrate": "bring the database's tables to this version",
    "topics": "show or make the topics this version needs",
    "worker": "run the service",
    "doctor": "is everything as it should be, and if not, what to do",
    "trace": "tell what became of a message or a case, or where it waits",
    "dead-letters": "look at what could not be answered, resubmit it or leave it",
    "relay": "decide where the relay goes on when it has stopped",
    "keys": "make, list, rotate and revoke the keys that sign messages",
    "send": "put messages on their senders' topics",
    "export": "write messages, events or dead letters as NDJSON",
    "archive": "put old months into verified files, out of the database",
    "rebuild": "compute all state anew from the events and compare",
    "settings": "list every setting, its value and where it comes from",
    "demo": "five stories of two schemes through the real service",
    "bench": "measure replay, stage by stage",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of `drawbridge.commands`, imported on use: `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of a newcomer's day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return the command of that name, or None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"drawbridge.commands.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="drawbridge", prog_name="drawbridge")
def cli() -> None:
    """Decide bank messages of city loan schemes by the scheme's law, and prove every answer."""
