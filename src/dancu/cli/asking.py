"""Where the command line has the keys, the purpose and the claim from.

A number, a name and a birth date come by prompt or over standard input. An argument stands
in the shell's history and in every process list, so it is taken only with an invented number.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import typer

from dancu.domain.card import CardText, parse_card
from dancu.domain.ids import is_synthetic, parse_number
from dancu.domain.queries import Officer, Purpose, Subject
from dancu.errors import Code, InvalidInput
from dancu.privacy import masked_repr
from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Keys", "NotTaken", "ask_keys", "ask_people", "ask_purpose", "check_may_be_argument", "prompt"]

_LONGEST = 64 * 1024
_KEYS = ("number", "name", "birth_date")
_ON_THE_LINE = Phrase(
    "A person's number, name, birth date and claim are taken as arguments only when the number is an invented one:"
    " use the prompt, --stdin or --card -",
    "Chỉ nhận thông tin cá nhân trên dòng lệnh khi số định danh là số giả định:"
    " hãy nhập khi được hỏi, hoặc dùng --stdin, --card -",
)
_ONE_WAY = Phrase(
    "Give the keys in one way: by prompt, --stdin, --card - or as arguments",
    "Chỉ dùng một cách nhập: khi được hỏi, --stdin, --card - hoặc trên dòng lệnh",
)
_NO_FILE = Phrase("--card takes - only: the text of the card comes from standard input", "--card chỉ nhận dấu -")
_NOTHING_TYPED = Phrase("Nothing was typed, so nothing was asked", "Chưa nhập gì nên chưa tra cứu")


class NotTaken(InvalidInput):
    """A way of giving something that the command line does not take; its sentence says which it does."""

    def __init__(self, sentence: Phrase, *, field: str, code: Code = "invalid_subject") -> None:
        super().__init__(code, field=field)
        self.sentence = sentence

    def message(self, language: Literal["vi", "en"] = "en") -> str:
        """The sentence in one language."""
        return f"{getattr(self.sentence, language)}."


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Whom the question is about.

    Attributes:
        subject: number, name and birth date.
        claim: the ``claim`` of the JSON that was read, as it came, or None.
        card: the card that was read, or None.
        from_stdin: standard input was used up, so nothing can be prompted for.
    """

    subject: Subject
    claim: object = None
    card: CardText | None = None
    from_stdin: bool = False

    def __repr__(self) -> str:
        return masked_repr(self)


def ask_purpose(
    *,
    procedure: str | None,
    unit: str | None,
    officer: str | None,
    dossier: str | None,
    session: str | None,
    basis: str | None,
) -> Purpose:
    """The purpose from its options.

    Raises:
        InvalidInput: ``invalid_purpose`` naming the part that is missing or malformed.
    """
    # What is missing is refused by Purpose and Officer, which name it.
    return Purpose(
        procedure=cast("str", procedure),
        unit=cast("str", unit),
        officer=Officer(cast("str", officer)),
        dossier=dossier,
        session=session,
        basis=basis,
    )


def ask_keys(
    *,
    number: str | None,
    name: str | None,
    birth_date: str | None,
    stdin: bool,
    card: str | None,
    claims: bool = False,
) -> Keys:
    """The three keys in the one way that was chosen; by prompt where none was.

    JSON on standard input may hold a ``claim`` where ``claims`` says so.

    Raises:
        NotTaken: two ways at once, or arguments about a person who may be real.
        InvalidInput: ``invalid_subject`` naming the key that cannot be used.
    """
    typed = any(value is not None for value in (number, name, birth_date))
    if sum((typed, stdin, card is not None)) > 1:
        raise NotTaken(_ONE_WAY, field="number")
    if stdin:
        return _from_json(claims=claims)
    if card is not None:
        return _from_card(card)
    if typed:
        return _from_arguments(number, name, birth_date)
    return Keys(_subject(prompt))


def ask_people() -> dict[str, Subject]:
    """The keys of several people from standard input, by their roles in a form: ``{"mother": {"number": ...}, ...}``.

    Raises:
        InvalidInput: ``invalid_subject`` naming the key that cannot be used.
    """
    people: dict[str, Subject] = {}
    for role, parts in _read_object().items():
        if not isinstance(parts, dict):
            raise InvalidInput("invalid_subject", field="stdin", detail="an object for each person is required")
        people[role] = _keys_of(cast("dict[str, object]", parts)).subject
    return people


def check_may_be_argument(number: str | None, *, field: str) -> None:
    """Refuse what was typed on the command line about a number that is not an invented one.

    Raises:
        NotTaken: naming ``field``.
        InvalidInput: ``invalid_subject``: not a number at all.
    """
    if number is None or not is_synthetic(parse_number(number)):
        raise NotTaken(_ON_THE_LINE, field=field)


def prompt(words: str) -> str:
    """Ask a person; the question goes to standard error, since standard output is the answer's.

    Raises:
        NotTaken: the input ended.
    """
    print(f"{words}: ", end="", file=sys.stderr, flush=True)
    # Not typer.prompt, which writes a space to standard output for each question.
    line = sys.stdin.readline(_LONGEST)
    if not line:
        print(file=sys.stderr)
        raise NotTaken(_NOTHING_TYPED, field="stdin")
    return line.strip()


def _subject(ask: Callable[[str], str]) -> Subject:
    return Subject.typed(
        number=ask("Số định danh / Number"),
        name=ask("Họ và tên / Full name"),
        birth_date=ask("Ngày sinh / Birth date (dd/mm/yyyy)"),
    )


def _from_arguments(number: str | None, name: str | None, birth_date: str | None) -> Keys:
    check_may_be_argument(number, field="number")
    return Keys(Subject.typed(number=number or "", name=name or "", birth_date=birth_date or ""))


def _from_card(source: str) -> Keys:
    if source != "-":
        raise NotTaken(_NO_FILE, field="card")
    card = parse_card(_decoded(typer.get_binary_stream("stdin").readline(_LONGEST), field="card"))
    return Keys(card.subject(), card=card, from_stdin=True)


def _from_json(*, claims: bool) -> Keys:
    return _keys_of(_read_object(), claims=claims)


def _read_object() -> dict[str, object]:
    text = _decoded(typer.get_binary_stream("stdin").read(_LONGEST + 1), field="stdin")
    if len(text) > _LONGEST:
        raise InvalidInput("invalid_subject", field="stdin", detail="longer than 64 KiB")
    try:
        read: object = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("invalid_subject", field="stdin", detail="not JSON") from None
    if not isinstance(read, dict):
        raise InvalidInput("invalid_subject", field="stdin", detail="an object is required")
    return cast("dict[str, object]", read)


def _keys_of(parts: dict[str, object], *, claims: bool = False) -> Keys:
    for key in _KEYS:
        if key not in parts:
            raise InvalidInput("invalid_subject", field=key, detail="missing")
    if not parts.keys() <= {*_KEYS, *(("claim",) if claims else ())}:
        raise InvalidInput("invalid_subject", field="stdin", detail="a key that the command does not know")
    # Values of another kind than text are refused by Subject, which names the key.
    keys = {key: cast("str", parts[key]) for key in _KEYS}
    return Keys(Subject.typed(**keys), claim=parts.get("claim"), from_stdin=True)


def _decoded(read: bytes, *, field: str) -> str:
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("invalid_subject", field=field, detail="not UTF-8") from None
