"""Every parser that foreign bytes reach, fed with bent bytes: a value or a typed error, in bounded memory.

Half of the inputs are noise, half are good documents bent where structure is: parts cut out, repeated, swapped,
replaced by odd ones. ``FUZZ=1000000`` runs the long form; a failure names the seed and the input's place.
"""

from __future__ import annotations

import copy
import gzip
import json
import os
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from dancu import DancuError
from dancu.domain.card import parse_card
from dancu.domain.fields import FIELDS
from dancu.domain.serial import from_json
from dancu.profiles.loader import load_profile
from dancu.profiles.shipped import shipped_names, shipped_text
from dancu.wire.content import decode_content
from dancu.wire.messages import WireReply
from dancu.wire.native import read_native
from dancu.wire.services.confirm import read_confirmation
from dancu.wire.services.lookup import read_lookup
from dancu.wire.services.spec import WireStyle
from dancu.wire.skins import SKINS
from dancu.wire.tokens import read_token

from .raw_server import found

if TYPE_CHECKING:
    from collections.abc import Callable

INPUTS = int(os.environ.get("FUZZ", "20000"))
SEED = int(os.environ.get("FUZZ_SEED", "20261123"))
MIB = 1024 * 1024
ODD = (
    *(b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&lt;", b"&#0;", b"<?pi"),
    *(b"null", b"true", b"-1", b"1e999", b"NaN", b'"\\ud800"', b"[[[[", b"{}", b'{"a":1,"a":2}', b"\xc3\x28", b"u000a"),
    *(b"000090000001", b"19900231", b"99999999", b"<n:Ten/>", b"<n:CongDan/>", b"|", b"\r\n", b"'''", b"[[", b"= ="),
    *("\u202e".encode(), "Nguyễn".encode(), "e\u0301".encode(), b"A" * 70_000),
)
TEXTS = (
    "",
    " ",
    "0",
    "2",
    "true",
    "CongDan",
    "SoDinhDanh",
    "000090000002",
    "19900231",
    "1990-01-02",
    "\u202e",
    "A" * 70_000,
)
TOKENS = re.compile(rb'<[^>]*>|"[^"]*"|[A-Za-z0-9]+|\|')
CITIZEN = found("000090000001", "MAU-0001")
YES = CITIZEN.split(b"<n:Cong", maxsplit=1)[0] + (
    b'<q:KetQuaXacThucResponse xmlns:q="http://dancuquocgia.bca"><q:TonTai>true</q:TonTai></q:KetQuaXacThucResponse>'
    b"</s:Body></s:Envelope>"
)
PERSON = {"SoDinhDanh": "000090000001", "HoVaTen": {"Ten": "A"}}
TREE: dict[str, Any] = {"Envelope": {"Body": {"CongdanCollection": {"CongDan": [PERSON]}}}}
WRAPPED = {"error_code": "0", "message": CITIZEN.decode()}
GOOD: dict[str, tuple[Any, ...]] = {
    "json-message": (WRAPPED, {**WRAPPED, "message": YES.decode()}, {"error_code": "-1", "message": "MOCK"}),
    "json-string": (CITIZEN.decode(), YES.decode(), YES.decode().replace("><", ">u000a<")),
    "json-flag": ({"data": True}, {"data": False}, {"message": "MOCK", "errorCode": "004"}),
    "json-tree": (TREE, {"Body": TREE["Envelope"]["Body"]}, {"KetQuaXacThucResponse": {"TonTai": "true"}}),
    "result-object": (
        {"StatusCode": 200, "Status": "SUCCESS", "ThrowException": False, "ResultObject": TREE},
        {"StatusCode": 200, "Status": "SUCCESS", "ThrowException": False, "ResultObject": YES.decode()},
    ),
    "coded-response": (
        {"code": "200", "status": "OK", "correlationId": "c", "response": WRAPPED},
        {"code": "200", "status": "OK", "correlationId": "c", "response": TREE},
    ),
    "token": ({"access_token": "t", "expires_in": 3600}, {"error": "invalid_client"}),
    "gateway": (
        {"outcome": "not_matched", "hints": [], "reference": "R", "as_of": "2026-01-02T03:04:05+00:00"},
        {"type": "/problems/not_granted", "title": "MOCK", "status": 403, "code": "not_granted"},
    ),
}


def good(name: str) -> tuple[bytes, ...]:
    """Good documents for a parser."""
    if name == "soap":
        return CITIZEN, YES
    return tuple(json.dumps(one, ensure_ascii=False).encode() for one in GOOD[name])


ZEROS = gzip.compress(bytes(MIB))
CARD = b"000090000001|000000001|Nguy\xe1\xbb\x85n V\xc4\x83n M\xe1\xba\xabu|02011990|Nam|Mau|01012021"


def bent(chance: random.Random, documents: tuple[bytes, ...]) -> bytes:
    """Noise, or a good document bent: as text, or where its own structure is."""
    draw, document = chance.random(), chance.choice(documents)
    if draw < 0.5:
        noise = chance.randbytes(chance.randrange(200))
        return noise if draw < 0.25 else document[: chance.randrange(60)] + noise
    for _time in range(chance.randint(1, 4)):
        if draw < 0.65:
            document = bent_text(chance, document)
        elif document.startswith(b"<"):
            document = bent_xml(chance, document)
        else:
            document = bent_json(chance, document)
    return document


def bent_text(chance: random.Random, document: bytes) -> bytes:
    """One of a document's tokens cut out, doubled, swapped or replaced."""
    tokens = list(TOKENS.finditer(document))
    if not tokens:
        return document
    one, other = chance.choice(tokens), chance.choice(tokens)
    put = chance.choice((b"", one.group() * 2, other.group(), chance.choice(ODD)))
    return document[: one.start()] + put + document[one.end() :]


def bent_xml(chance: random.Random, document: bytes) -> bytes:
    """One of a document's elements removed, doubled, renamed, moved, filled with odd text or marked nil."""
    try:
        root = etree.fromstring(document)
    except etree.XMLSyntaxError:
        return bent_text(chance, document)
    elements = list(root.iter("*"))
    one, other = chance.choice(elements), chance.choice(elements)
    draw, parent = chance.randrange(6), one.getparent()
    if draw == 0 and parent is not None:
        parent.remove(one)
    elif draw == 1 and parent is not None:
        parent.append(copy.deepcopy(one))
    elif draw == 2:
        one.tag = other.tag
    elif draw == 3 and one not in other.iterancestors() and one is not other and parent is not None:
        other.append(one)
    elif draw == 4:
        one.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
    else:
        one.text = chance.choice(TEXTS)
    return etree.tostring(root)


def bent_json(chance: random.Random, document: bytes) -> bytes:
    """One of a document's members removed, renamed, wrapped or replaced; XML inside is bent as XML."""
    try:
        root: Any = [json.loads(document)]
    except ValueError:
        return bent_text(chance, document)
    places: list[tuple[Any, Any]] = []
    level: list[Any] = [root]
    while level:
        one = level.pop()
        inside = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, value in inside:
            places.append((one, key))
            level.append(value)
    holder, key = chance.choice(places)
    value = holder[key]
    if isinstance(value, str) and value.startswith("<") and chance.random() < 0.7:
        holder[key] = bent_xml(chance, value.encode()).decode("utf-8", "replace")
    elif isinstance(holder, dict) and chance.random() < 0.4:
        holder[chance.choice(TEXTS)] = holder.pop(key)
    else:
        holder[key] = chance.choice((None, True, 1, -1.5, [], {}, [value, value], {"a": value}, *TEXTS))
    return json.dumps(root[0], ensure_ascii=False).encode("utf-8", "replace")


def reply(document: bytes, chance: random.Random) -> WireReply:
    """The document as an answer, nine times in ten of status 200."""
    status = 200 if chance.random() < 0.9 else chance.choice((400, 401, 403, 429, 500, 503))
    return WireReply(status, (("Content-Type", "text/plain"),), document)


def over(skin: str) -> Callable[[bytes, random.Random], object]:
    """Reading a look-up and a confirmation through one skin."""

    def read(document: bytes, chance: random.Random) -> object:
        style = WireStyle(opened=SKINS[skin], empty_body=chance.choice(("unavailable", "not_matched")))
        answer = reply(document, chance)
        if chance.random() < 0.5:
            return read_confirmation(answer, style)
        return read_lookup(answer, style, tuple(FIELDS))

    return read


PARSERS: dict[str, tuple[Callable[[bytes, random.Random], object], tuple[bytes, ...]]] = {
    **{f"skin {name}": (over(name), good(name)) for name in SKINS},
    "token": (lambda document, chance: read_token(reply(document, chance)), good("token")),
    "gateway": (lambda document, chance: read_native(reply(document, chance), fields=("name",)), good("gateway")),
    "outcome": (lambda document, _chance: from_json(document), good("gateway")),
    "card": (lambda document, _chance: parse_card(document.decode("utf-8", "replace")), (CARD,)),
    "gzip": (
        lambda document, _chance: decode_content(document, "gzip"),
        (gzip.compress(CITIZEN), gzip.compress(b"x" * MIB)),
    ),
}


@pytest.mark.timeout(3600 if INPUTS > 20_000 else 120)
@pytest.mark.parametrize("name", PARSERS)
def test_bent_input_is_a_value_or_a_typed_error(name: str) -> None:
    """20,000 bent inputs give values or errors of ours and no other; memory's peak rises by under 64 MiB."""
    feed(name, *PARSERS[name])


@pytest.mark.timeout(3600 if INPUTS > 20_000 else 120)
def test_a_bent_profile_is_a_profile_or_a_typed_error(tmp_path: Path) -> None:
    """The same for 20,000 files of profiles."""
    path = tmp_path / "profile.toml"

    def read(document: bytes, _chance: random.Random) -> object:
        path.write_bytes(document)
        return load_profile(path)

    feed("profile", read, tuple(shipped_text(name).encode() for name in shipped_names()))


def feed(name: str, parser: Callable[[bytes, random.Random], object], documents: tuple[bytes, ...]) -> None:
    """Feed a parser and judge it."""
    chance = random.Random(f"{SEED} {name}")
    values = errors = 0
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = most()
    for place in range(INPUTS):
        document = bent(chance, documents)
        try:
            parser(document, chance)
            values += 1
        except DancuError:
            errors += 1
        except Exception as error:  # noqa: BLE001  # exactly what must not happen, with the way to see it again
            pytest.fail(f"seed {SEED}, input {place} of {name}: {type(error).__name__}")
    assert errors > INPUTS // 10 and values > 0
    assert most() - before < 64 * MIB


def most() -> int:
    """The most bytes that this process has held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
