"""The Java example's own JSON reader takes what JSON is, refuses what it is not, and agrees with Python's."""

from __future__ import annotations

import base64
import json
import random
import subprocess
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from dancu.gateway.examples import ANSWERS

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20261123
REFUSED = "refused"


def python(text: str) -> Any:
    """What the text means, or `REFUSED`: no NaN, no name twice, and 64 levels, as the example's reader has it."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except ValueError:
        return REFUSED


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("twice")
    return found


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no number")


def java(classes: Path, texts: list[str]) -> list[Any]:
    """The same by the example's reader, all texts in one process."""
    lines = "".join(base64.b64encode(text.encode()).decode() + "\n" for text in texts)
    command = ["java", "-cp", str(classes), "JsonProbe"]
    ended = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60, check=True)
    return [REFUSED if line == REFUSED else json.loads(line) for line in ended.stdout.splitlines()]


_VALUES = ("0", "-0", "1.5", "-1e3", "1E+2", "0.1e-2", "9007199254740993", " true ", "\t\r\nfalse\n", "null")
_TEXTS = ('""', '"Mẫu"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u1eABu"', '"\\ud83d\\ude00"', '"😀"', '"\x7f\u2028"')
_WHOLES = ("[]", "[ ]", "{}", '{"a":{"b":[1,"2",null]},"c":true}', '{ "a" : 1 , "b" : [ 2 , 3 ] }')
TAKEN = [*_VALUES, *_TEXTS, *_WHOLES, "[" * 63 + "1" + "]" * 63]
_NO_VALUES = ("", " ", "01", "-", "+1", "1.", ".5", "1e", "0x1", "NaN", "-Infinity", "tru", "True", "nullx", "1 2", "٣")
_NO_TEXTS = ('"', '"a', '"\\', '"\\x"', '"\\u12"', '"\\u12G4"', '"\\u+123"', '"\n"', '"\x00"')
_NO_LISTS = ("[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "[]]")
_NO_OBJECTS = (
    "{",
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    "{,}",
    "{1:2}",
    '{"a" 1}',
    '{"a":1 "b":2}',
    "{a:1}",
    "{'a':1}",
)
_NO_SPACES = ("\ufeff1", "\x0b1", "\u00a01", "/**/1", "{}{}", '{"a":1,"a":2}')
NOT_TAKEN = [*_NO_VALUES, *_NO_TEXTS, *_NO_LISTS, *_NO_OBJECTS, *_NO_SPACES]


def test_what_json_is(java_classes: Path) -> None:
    """Every form of RFC 8259 is read as Python reads it."""
    assert java(java_classes, TAKEN) == [python(text) for text in TAKEN]
    assert REFUSED not in java(java_classes, TAKEN)


def test_what_json_is_not(java_classes: Path) -> None:
    """Everything else is refused, and so are a name that stands twice and more than 64 levels."""
    deep = ["[" * 65 + "]" * 65, "[" * 100_000]
    assert java(java_classes, [*NOT_TAKEN, *deep]) == [REFUSED] * (len(NOT_TAKEN) + 2)


@pytest.mark.parametrize("step", range(2))
def test_it_agrees_with_python_on_damaged_answers(java_classes: Path, step: int) -> None:
    """2,000 answers of the gateway with letters dropped, doubled or exchanged are read alike or refused by both."""
    chosen = random.Random(SEED + step)
    texts = [_damaged(chosen, json.dumps(chosen.choice([*ANSWERS.values()]), ensure_ascii=False)) for _ in range(1000)]
    expected, found = [python(text) for text in texts], java(java_classes, texts)
    assert [text for text, one, other in zip(texts, expected, found, strict=True) if one != other] == [], SEED + step
    assert expected.count(REFUSED) > 100
    assert expected.count(REFUSED) < 900


def _damaged(chosen: random.Random, text: str) -> str:
    at = chosen.randrange(len(text))
    instead: str = chosen.choice(["", text[at] * 2, *'{}[]",:\\u0e-. '])
    return text[:at] + instead + text[at + 1 :]
