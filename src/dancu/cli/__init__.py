"""The ``dancu`` command; needs the extra ``cli``. One file for each command."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; without the extra, one sentence and exit code 2."""
    try:
        import typer as _typer
    except ModuleNotFoundError:
        print("dancu: the command line needs the extra 'cli': pip install 'dancu[cli]'", file=sys.stderr)
        sys.exit(2)
    del _typer
    from dancu.cli.app import app

    app()
