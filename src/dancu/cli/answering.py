"""How a question of the command line ends: what is printed, where, and with which exit code.

====  =============================================================
code  meaning
====  =============================================================
0     found, confirmed, or verified with an overall match
1     no record fits, or the claim does not match as a whole
2     the question or the set-up is off; nothing was sent
3     refused by the platform or by a limit
4     no usable answer; it says nothing about the person
5     several records fit
====  =============================================================

Standard output is the answer's alone; standard error holds sentences without personal values.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from dancu.cli.tables import print_table
from dancu.domain.outcomes import Ambiguous, NotMatched, Verified
from dancu.domain.serial import to_json
from dancu.errors import DancuError, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.domain.serial import Outcome

__all__ = ["UNAVAILABLE", "answer", "complain", "error_as_json", "exit_code", "leave", "print_json"]

UNAVAILABLE = 4


def answer(ask: Callable[[], Outcome], *, as_json: bool) -> NoReturn:
    """Ask, print what comes of it and leave with its exit code."""

    def work() -> int:
        outcome = ask()
        if as_json:
            print_json(to_json(outcome))
        else:
            print_table(outcome)
        return exit_code(outcome)

    leave(work, as_json=as_json)


def leave(work: Callable[[], int], *, as_json: bool) -> NoReturn:
    """Leave with the exit code that some work comes to; an error is a sentence, and JSON where a program reads."""
    try:
        try:
            code = work()
        except DancuError as error:
            if as_json:
                print_json(error_as_json(error))
            complain(f"{error.message('vi')} / {error}")
            code = exit_code(error)
    except Exception as error:  # noqa: BLE001  # a traceback ends with 1, which would read as "no such citizen"
        complain(f"the command failed by itself ({type(error).__name__}); it says nothing about the person")
        code = UNAVAILABLE
    raise typer.Exit(code)


def exit_code(ended: Outcome | DancuError) -> int:
    """The exit code of an outcome or an error, as the table of this module says."""
    match ended:
        case Rejected():
            return 3
        case Unavailable():
            return UNAVAILABLE
        case DancuError():
            return 2
        case Ambiguous():
            return 5
        case NotMatched():
            return 1
        case Verified(overall):
            return 0 if overall == "match" else 1
        case _:
            return 0


def error_as_json(error: DancuError) -> str:
    """An error as one line of JSON, without a personal value."""
    parts = {
        "code": error.code,
        "origin": error.origin,
        "message_vi": error.message("vi"),
        "message_en": error.message("en"),
        "field": error.field,
        "reference": error.reference,
        "retryable": error.retryable,
    }
    return json.dumps({"error": parts}, ensure_ascii=False, separators=(",", ":"))


def print_json(text: str) -> None:
    """UTF-8 whatever the console is set to: a program reads it."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8")
    print(text, flush=True)


def complain(sentence: str) -> None:
    """One sentence to standard error."""
    print(f"dancu: {sentence}", file=sys.stderr)
