"""`python -m drawbridge` and the `drawbridge` command."""

import os
import signal
import sys

from drawbridge.cli import cli


def main() -> None:
    """Run the command line; a closed pipe or Ctrl-C ends it quietly."""
    try:
        cli.main(prog_name="drawbridge", standalone_mode=True)
    except BrokenPipeError:
        # the reader has gone (`| head`): point stdout elsewhere so that the interpreter's last flush is quiet
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)


if __name__ == "__main__":
    main()
