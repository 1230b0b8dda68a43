"""The commands of `drawbridge`, one a file; the group in `drawbridge.cli` loads each when it is called."""

import click


class Failure(click.ClickException):
    """A command that cannot go on; its message says what to do next. Exit code 2."""

    exit_code = 2
