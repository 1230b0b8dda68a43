"""`python -m drawbridge` and the `drawbridge` command."""

from drawbridge.cli import cli


def main() -> None:
    """Run the command line; click ends it quietly on Ctrl-C and when the reader of a pipe has gone."""
    cli.main(prog_name="drawbridge")


if __name__ == "__main__":
    main()
