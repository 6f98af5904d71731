from __future__ import annotations

import codecs
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dancu.errors import Code, Unavailable
from dancu.wire.limits import ATTRIBUTES_PER_ELEMENT, BODY_BYTES, DEPTH, ELEMENTS, TAGS, TEXT_CHARACTERS
from dancu.wire.xml import Element, children, escape, local_name, parse, text_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

HOSTILE = {
    "external entity": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
    "internal entity": '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e.dtd">%e;]><a/>',
    "external DTD": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
    "public DTD": '<!DOCTYPE a PUBLIC "-//X//Y" "http://127.0.0.1:9/a.dtd"><a/>',
    "laughs": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;"><!ENTITY d "&c;&c;&c;">]><a>&d;</a>',
}
ENCODINGS: dict[str, tuple[str, str, bytes]] = {
    "UTF-8": ("UTF-8", "utf-8", b""),
    "UTF-8 with mark": ("UTF-8", "utf-8", codecs.BOM_UTF8),
    "UTF-16 LE": ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16 BE": ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
    "UTF-32 LE": ("UTF-32", "utf-32-le", codecs.BOM_UTF32_LE),
    "UTF-32 BE": ("UTF-32", "utf-32-be", codecs.BOM_UTF32_BE),
}
encodings = pytest.mark.parametrize("encoding", ENCODINGS)


def written(document: str, encoding: str) -> bytes:
    """A document in an encoding, which it declares."""
    declared, codec, mark = ENCODINGS[encoding]
    return mark + f'<?xml version="1.0" encoding="{declared}"?>{document}'.encode(codec)


def refusal(document: bytes) -> tuple[Code, str | None]:
    """The code and the detail under which a document is refused."""
    with pytest.raises(Unavailable) as caught:
        parse(document)
    return caught.value.code, caught.value.detail


@encodings
def test_unicode_encodings_are_read(encoding: str) -> None:
    """UTF-8, and UTF-16 or UTF-32 by their byte order mark, with or without a declaration."""
    assert parse(written("<a>Nguyễn Ƀlăk</a>", encoding)).text == "Nguyễn Ƀlăk"
    _declared, codec, mark = ENCODINGS[encoding]
    assert parse(mark + "<a>Mẫu</a>".encode(codec)).text == "Mẫu"


@encodings
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_document_type_is_refused_in_every_encoding(kind: str, encoding: str) -> None:
    """No DOCTYPE and no entity is ever parsed, however the document is encoded."""
    assert refusal(written(HOSTILE[kind], encoding)) == ("unreadable_answer", "a document type declaration")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_document_type_hidden_in_utf_7_is_refused(kind: str) -> None:
    """A charset in which ``<!DOCTYPE`` is not visible is not accepted, with any quoting of the declaration."""
    hidden = HOSTILE[kind].replace("<", "+ADw-").replace("!", "+ACE-").encode()
    for declared in (b'"UTF-7"', b"'utf-7'"):
        document = b'<?xml version="1.0" encoding=' + declared + b"?>" + hidden
        assert refusal(document) == ("unreadable_answer", "a charset that is not accepted")
    assert refusal(hidden)[0] == "unreadable_answer"


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_its_mark_is_refused(kind: str, codec: str) -> None:
    """Without a byte order mark a document is UTF-8, so nothing else is guessed and no DOCTYPE gets through."""
    assert refusal(HOSTILE[kind].encode(codec))[0] == "unreadable_answer"


@pytest.mark.parametrize(
    "declared", ["ISO-8859-1", "windows-1258", "US-ASCII", "UTF-7", "UTF-16", "EBCDIC-CP-US", "utf", "u", ""]
)
def test_another_declared_charset_is_refused(declared: str) -> None:
    """What a document declares must be what it is; no part of a charset's name is enough."""
    assert refusal(f'<?xml version="1.0" encoding="{declared}"?><a/>'.encode()) == (
        "unreadable_answer",
        "a charset that is not accepted",
    )


def test_no_file_and_no_socket_is_opened() -> None:
    """Hostile documents are refused without a look at a disk or a network."""
    touched: list[str] = []
    watching = True

    def watch(event: str, _arguments: object) -> None:
        if watching and event in {"open", "socket.connect", "socket.getaddrinfo", "socket.__new__"}:
            touched.append(event)

    documents = [written(document, "UTF-8") for document in HOSTILE.values()]
    sys.addaudithook(watch)
    try:
        codes = [refusal(document)[0] for document in documents]
    finally:
        watching = False
    assert codes == ["unreadable_answer"] * len(HOSTILE)
    assert touched == []


def attributes(count: int) -> str:
    """So many attributes of one element."""
    return " ".join(f'b{number}=""' for number in range(count))


BOMBS: dict[str, Callable[[], str]] = {
    "body": lambda: f"<a>{' ' * BODY_BYTES}</a>",
    "tags": lambda: f"<a>{'<b/>' * TAGS}</a>",
    "comments": lambda: f"<a>{'<!---->' * TAGS}</a>",
    "elements": lambda: f"<a>{'<b/>' * ELEMENTS}</a>",
    "depth": lambda: "<a>" * (DEPTH + 1) + "</a>" * (DEPTH + 1),
    "attributes": lambda: f"<a {attributes(ATTRIBUTES_PER_ELEMENT + 1)}/>",
    "text": lambda: f"<a>{'x' * (TEXT_CHARACTERS + 1)}</a>",
    "text between": lambda: f"<a><b/>{'x' * (TEXT_CHARACTERS + 1)}</a>",
    "value": lambda: f'<a b="{"x" * (TEXT_CHARACTERS + 1)}"/>',
}


@pytest.mark.parametrize("kind", BOMBS)
def test_what_is_too_large_is_refused(kind: str) -> None:
    """One more byte, tag, element, level, attribute or character than the cap is ``answer_too_large``."""
    assert refusal(BOMBS[kind]().encode())[0] == "answer_too_large"


@pytest.mark.parametrize("kind", ["deep", "attributes"])
def test_a_flood_is_refused_whoever_meets_it_first(kind: str) -> None:
    """Floods that the parser itself stops, or that it lets through, are both an unusable answer."""
    floods = {"deep": "<a>" * 4000 + "</a>" * 4000, "attributes": f"<a {attributes(60_000)}/>"}
    assert refusal(floods[kind].encode())[0] in {"answer_too_large", "unreadable_answer"}


def test_what_is_just_within_the_caps_is_read() -> None:
    """The caps themselves are allowed."""
    assert len(parse(f"<a {attributes(ATTRIBUTES_PER_ELEMENT)}>{'<b/>' * (ELEMENTS - 1)}</a>".encode())) == ELEMENTS - 1
    assert parse(("<a>" * DEPTH + "</a>" * DEPTH).encode()).tag == "a"
    assert len(parse(f"<a>{'ế' * TEXT_CHARACTERS}</a>".encode()).text or "") == TEXT_CHARACTERS


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "empty_answer"),
        (b" \r\n\t", "empty_answer"),
        (codecs.BOM_UTF8, "empty_answer"),
        (b'<?xml version="1.0"?>\n', "empty_answer"),
        (b"<!DOCTYPE html><html></html>", "unknown_answer"),
        (b"\n<HTML><body>CANARY</body></HTML>", "unknown_answer"),
        (b"CANARY", "unreadable_answer"),
        (b"<a>CANARY", "unreadable_answer"),
        (b"<a></a><b/>", "unreadable_answer"),
        (b"<a>&CANARY;</a>", "unreadable_answer"),
        (b"<x:a/>", "unreadable_answer"),
        (b"<a b='1' b='2'/>", "unreadable_answer"),
        (b"<a>\x00</a>", "unreadable_answer"),
        (b"<a>\xff</a>", "unreadable_answer"),
        (b"<a>\xed\xa0\x80</a>", "unreadable_answer"),
        (b'{"message": "<a/>"}', "unreadable_answer"),
    ],
)
def test_what_is_not_xml_says_what_it_is(document: bytes, code: Code) -> None:
    """Nothing, a page for people and broken XML are three errors, and none repeats the document."""
    with pytest.raises(Unavailable) as caught:
        parse(document)
    assert caught.value.code == code
    assert "CANARY" not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None


def test_comments_and_instructions_are_no_content() -> None:
    """Text is whole across comments and processing instructions, which are not children."""
    root = parse(b"<a>12<!-- <b/> -->34<?p 5?>6<![CDATA[<7>]]></a>")
    assert root.text == "12346<7>" and len(root) == 0


@given(st.binary(max_size=200))
def test_any_bytes_are_xml_or_unavailable(document: bytes) -> None:
    """Arbitrary bytes raise `Unavailable` and nothing else."""
    assert _outcome(document) in {"read", "empty_answer", "unreadable_answer", "unknown_answer"}


@given(st.sampled_from(sorted(ENCODINGS)), st.randoms(use_true_random=False))
def test_a_mutated_answer_is_xml_or_unavailable(
    collection: Callable[[str], bytes], record: str, encoding: str, chance: random.Random
) -> None:
    """An answer with bytes flipped, cut, doubled or put in raises `Unavailable` and nothing else."""
    _declared, codec, mark = ENCODINGS[encoding]
    document = bytearray(mark + collection(record).decode().partition("?>")[2].encode(codec))
    for _change in range(chance.randint(1, 4)):
        place = chance.randrange(len(document))
        piece = chance.choice(
            [
                b"<",
                b">",
                b"&",
                b"]]>",
                b"\x00",
                b"<!DOCTYPE a>",
                bytes([chance.randrange(256)]),
                document[place : place + 40],
            ]
        )
        document[place : place + chance.choice([0, 1, 30])] = piece
    assert _outcome(bytes(document)) in {"read", "unreadable_answer", "unknown_answer"}


def _outcome(document: bytes) -> str:
    try:
        parse(document)
    except Unavailable as error:
        return error.code
    return "read"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_escaped_text_reads_back(text: str) -> None:
    """Whatever goes into an element comes out of it, markup included."""
    if not set(text) & set("\ufffe\uffff"):
        assert (parse(f"<a>{escape(text)}</a>".encode()).text or "") == text


def element(document: str) -> Element:
    """An element of an answer."""
    return parse(document.encode())


def test_children_are_those_of_the_parent_s_namespace() -> None:
    """Prefixes mean nothing, and elements of another namespace are passed over."""
    root = element('<p:a xmlns:p="urn:x" xmlns:q="urn:y"><p:b>1</p:b><q:b>2</q:b><c xmlns="urn:x">3</c></p:a>')
    assert {name: text_of(child) for name, child in children(root).items()} == {"b": "1", "c": "3"}
    assert children(element("<a><b/></a>")).keys() == {"b"}


def test_a_doubled_element_is_unreadable() -> None:
    """Of two values for one thing none is chosen."""
    with pytest.raises(Unavailable) as caught:
        children(element("<a><b>1</b><b>2</b></a>"))
    assert (caught.value.code, caught.value.detail) == ("unreadable_answer", "a duplicate element")


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("<a> Mẫu\n</a>", "Mẫu"),
        ("<a/>", None),
        ("<a> \n </a>", None),
        ('<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true">x</a>', None),
        ('<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="1">x</a>', None),
        ('<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="false">x</a>', "x"),
        ('<a nil="true">x</a>', "x"),
    ],
)
def test_missing_empty_and_nil_are_the_same(document: str, text: str | None) -> None:
    """An absent value is None in every spelling of it."""
    assert text_of(element(document)) == text
    assert text_of(None) is None


def test_elements_where_text_is_expected_are_unknown() -> None:
    """A value that has become a structure is not read as empty."""
    with pytest.raises(Unavailable) as caught:
        text_of(element("<a><b>x</b></a>"))
    assert caught.value.code == "unknown_answer"


@pytest.mark.parametrize("tag", ["a", "{urn:x}a", "{}a"])
def test_the_local_name_is_without_namespace(tag: str) -> None:
    """The name after the namespace, or the whole where there is none."""
    assert local_name(etree.Element(tag.removeprefix("{}"))) == "a"
