"""The options that all questions to the audit share, and the way to each answer: role, record, then the log."""

from __future__ import annotations

import contextlib
import datetime
import getpass
import os
import secrets
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from dancu.cli.answering import complain, leave
from dancu.cli.asking import check_may_be_argument
from dancu.domain.ids import parse_number
from dancu.errors import ConfigurationError, InvalidInput, Rejected
from dancu.gateway.inspection.log import opened_log
from dancu.gateway.inspection.place import place_of
from dancu.gateway.inspection.questions import VIETNAM, Narrowed
from dancu.gateway.inspection.records import Inspection, check_code, check_words, keep
from dancu.policy.references import ulid_maker
from dancu.profiles.loader import read_secret
from dancu.profiles.parts import SecretSource

if sys.platform != "win32":
    import pwd

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from typing import NoReturn

    from dancu.gateway.inspection.place import Place
    from dancu.gateway.inspection.questions import Look
    from dancu.privacy import Secret

__all__ = [
    "Asked",
    "Field",
    "Inspector",
    "Journal",
    "Keys",
    "Limit",
    "Log",
    "Numbers",
    "Opened",
    "Out",
    "Page",
    "Procedure",
    "Reason",
    "Result",
    "Since",
    "Unit",
    "Until",
    "answer",
    "narrowed",
    "read_keys",
    "read_numbers",
    "readable",
    "remind_of_numbers",
    "write_private",
]

T = TypeVar("T")
_INSPECTION = "Inspection / Cuộc kiểm tra"
_WANTED = "What is wanted / Phạm vi"
_LONGEST = 4096

Log = Annotated[Path, typer.Argument(help="gateway.toml; or a gateway's database, or a file of the SDK.")]
Inspector = Annotated[
    str,
    typer.Option("--inspector", help="Who asks: a code of `inspectors` in gateway.toml.", rich_help_panel=_INSPECTION),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the record of it.", rich_help_panel=_INSPECTION)]
Journal = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        help="Another log for the record, where LOG is a copy that is only read.",
        rich_help_panel=_INSPECTION,
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="[VERSION=]FILE",
        help="A key under which persons were hashed, such as the one before the last change. Repeatable.",
    ),
]
Numbers = Annotated[
    list[str] | None,
    typer.Option("--number", help="Only invented numbers; others are asked for, one a line. Repeatable."),
]
Since = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="dd/mm/yyyy or yyyy-mm-dd.", rich_help_panel=_WANTED)
]
Until = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help="The last day, likewise.", rich_help_panel=_WANTED)
]
Field = Annotated[
    str | None, typer.Option("--field", help="Asked for this field, such as religion.", rich_help_panel=_WANTED)
]
Result = Annotated[
    str | None,
    typer.Option(
        "--result", help="found, not_matched, verified, rejected, unavailable, unknown ...", rich_help_panel=_WANTED
    ),
]
Procedure = Annotated[str | None, typer.Option("--procedure", help="Of this one only.", rich_help_panel=_WANTED)]
Unit = Annotated[str | None, typer.Option("--unit", help="Of this one only.", rich_help_panel=_WANTED)]
Page = Annotated[Path | None, typer.Option("--page", help="Write a page (HTML, self-contained) there instead.")]
Out = Annotated[Path | None, typer.Option("--out", help="A file instead of standard output.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="So many lines of a table.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to the audit, as it stands in its record."""

    question: str
    log: Path
    inspector: str
    reason: str
    journal: Path | None
    keys: Sequence[str] = ()
    about: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


@dataclass(frozen=True, slots=True)
class Opened:
    """A log that may be read, since the question to it is on record.

    Attributes:
        place: see there.
        database: its tables.
        subjects: keyed hashes of the person, where the question is about one.
        wanted: what of the answer is.
    """

    place: Place
    database: sqlite3.Connection
    subjects: tuple[str, ...]
    wanted: Narrowed


def answer(
    asked: Asked,
    tell: Callable[[Opened], None],
    *,
    wanted: Callable[[], Narrowed] = Narrowed,
    numbers: Callable[[], Sequence[str]] = tuple,
    as_json: bool = False,
) -> NoReturn:
    """Record the question, then answer it, and leave: with 0, 2 for what cannot be read, 3 for who may not, 4.

    Args:
        asked: the question.
        tell: prints the answer.
        wanted: reads what is wanted of it.
        numbers: all numbers of the person, where the question is about one.
        as_json: whether an error is JSON as well.
    """

    def work() -> int:
        with readable():
            place = place_of(asked.log, keys=list(read_keys(asked.keys)), journal=asked.journal)
            given, part = numbers(), wanted()
            subjects = place.subjects(given) if given else ()
            # Opened before it is recorded: nobody is on record for a question that could not be put.
            with opened_log(place.log) as database:
                _record(place, asked, subjects)
                tell(Opened(place, database, subjects, part))
        return 0

    leave(work, as_json=as_json)


def _record(place: Place, asked: Asked, subjects: tuple[str, ...]) -> None:
    may = place.may(asked.inspector)
    now = datetime.datetime.now(datetime.UTC)
    said = Inspection(
        time=now,
        reference=ulid_maker(now.timestamp, secrets.token_bytes)(),
        question=asked.question,
        inspector=check_code("--inspector", asked.inspector),
        account=_account(),
        reason=check_words("--reason", asked.reason),
        about={name: check_code(name, value) for name, value in asked.about.items() if value is not None},
        subjects=subjects,
        refused=not may,
    )
    with place.sink() as sink:
        keep(said, sink)
    if not may:
        raise Rejected("not_granted", field="--inspector", detail="not among [inspection] inspectors of gateway.toml")


def _account() -> str:
    """Whose process it is; the environment may say anything."""
    if sys.platform == "win32":
        return getpass.getuser()
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(os.getuid()).pw_name
    return f"uid {os.getuid()}"


@contextlib.contextmanager
def readable() -> Generator[None]:
    """What cannot be read is one sentence."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        detail = f"a file cannot be read or written: {error.filename}"
        raise ConfigurationError("profile_invalid", field="LOG", detail=detail) from None
    except sqlite3.Error:
        detail = "the database cannot be read, or is older than this version: start its gateway once"
        raise ConfigurationError("profile_invalid", field="LOG", detail=detail) from None


def write_private(path: Path, parts: Iterable[bytes]) -> None:
    """Write a new file that nobody else may read.

    Raises:
        FileExistsError: it is there.
        OSError: it cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.writelines(parts)


def read_keys(given: Sequence[str]) -> Iterator[tuple[int, Secret]]:
    """Keys by version, of ``[VERSION=]FILE``.

    Raises:
        ConfigurationError: a file that is none, or that others can read.
    """
    for one in given:
        version, equals, path = one.partition("=")
        numbered = bool(equals) and version.isdecimal()
        source = SecretSource(file=path if numbered else one)
        yield (int(version) if numbered else 1), read_secret(source, Path(), "--key")


def read_numbers(given: Sequence[str] | None) -> list[str]:
    """All numbers of one person: from standard input one a line, or as arguments where they are invented.

    Raises:
        NotTaken: an argument about somebody who may be real.
        InvalidInput: ``invalid_subject``: no number at all, or something else.
    """
    for one in given or ():
        check_may_be_argument(one, field="number")
    numbers = [str(parse_number(one)) for one in (given or _typed())]
    if not numbers:
        raise InvalidInput("invalid_subject", field="number", detail="nothing was typed")
    return list(dict.fromkeys(numbers))


def remind_of_numbers(found: Sequence[Look]) -> None:
    """Say so on standard error where a record bore another number than the one asked: there is one more to look for."""
    other = sum("renumbered" in look.findings for look in found)
    if other:
        complain(
            f"{other} lượt trả hồ sơ mang số khác: hãy chắc chắn đã nhập đủ các số của người này"
            f" / {other} records bore another number: make sure that all numbers of this person were given"
        )


def _typed() -> Iterator[str]:
    print(
        "Các số của người này, cả số cũ, mỗi dòng một số; dòng trống để kết thúc\n"
        "Numbers of this person, old ones too, one a line; an empty line ends:",
        file=sys.stderr,
        flush=True,
    )
    while line := sys.stdin.readline(_LONGEST).strip():
        yield line


def narrowed(since: str | None, until: str | None, **parts: str | None) -> Callable[[], Narrowed]:
    """A reader of what is wanted; days are Vietnam's, the last one included.

    The reader raises `InvalidInput`, ``invalid_purpose`` naming the day.
    """

    def read() -> Narrowed:
        first = None if since is None else _day(since, "--from")
        last = None if until is None else _day(until, "--to") + datetime.timedelta(days=1)
        return Narrowed(since=first, until=last, **parts)

    return read


def _day(text: str, option: str) -> datetime.datetime:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with contextlib.suppress(ValueError):
            return datetime.datetime.strptime(text, form).replace(tzinfo=VIETNAM)
    raise InvalidInput("invalid_purpose", field=option, detail="a day is dd/mm/yyyy or yyyy-mm-dd")
