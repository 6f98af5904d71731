from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.errors import Code, Unavailable
from dancu.wire.content import decode_content
from dancu.wire.limits import BODY_BYTES

MIB = 1024 * 1024


@pytest.mark.parametrize("encoding", [None, "", "identity", " Identity "])
def test_a_plain_body_is_itself(encoding: str | None) -> None:
    """No encoding changes nothing."""
    body = b"\x1f\x8b not gzip"
    assert decode_content(body, encoding) is body


@given(st.binary(max_size=4000), st.sampled_from(["gzip", "x-gzip", " GZIP "]))
def test_gzip_is_undone(plain: bytes, encoding: str) -> None:
    """A compressed body comes out whole."""
    assert decode_content(gzip.compress(plain, mtime=0), encoding) == plain


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"<a/>", "gzip"),
        (b"", "gzip"),
        (gzip.compress(b"<a/>" * 100, mtime=0)[:-9], "gzip"),
        (gzip.compress(b"<a/>", mtime=0)[:-4] + b"\x00\x00\x00\x00", "gzip"),
        (gzip.compress(b"<a/>", mtime=0)[:-8] + b"\x00" * 8, "gzip"),
        (zlib.compress(b"<a/>"), "deflate"),
        (b"<a/>", "br"),
        (b"<a/>", "gzip, gzip"),
        (b"<a/>", "utf-8"),
    ],
)
def test_what_cannot_be_undone_is_unreadable(body: bytes, encoding: str) -> None:
    """A cut or broken stream and an encoding we did not ask for are one error."""
    with pytest.raises(Unavailable) as caught:
        decode_content(body, encoding)
    assert caught.value.code == "unreadable_answer"


@pytest.mark.parametrize("size", [64 * 1024 + 1, 3 * MIB])
def test_a_small_body_may_not_become_a_large_one(size: int) -> None:
    """Past 64 KiB a body may expand to 20 times its size and no further."""
    with pytest.raises(Unavailable) as caught:
        decode_content(gzip.compress(b" " * size, mtime=0), "gzip")
    assert caught.value.code == "answer_too_large"


def test_sixty_four_kibibytes_are_always_allowed() -> None:
    """A small answer compresses as well as it likes."""
    assert len(decode_content(gzip.compress(b" " * 64 * 1024, mtime=0), "gzip")) == 64 * 1024


def test_no_body_becomes_larger_than_two_mebibytes() -> None:
    """However large the body that came, what comes out of it has the cap of any answer."""
    stored = gzip.compress(bytes(BODY_BYTES + 1), compresslevel=0)
    with pytest.raises(Unavailable) as caught:
        decode_content(stored, "gzip")
    assert caught.value.code == "answer_too_large"
    assert len(decode_content(gzip.compress(bytes(BODY_BYTES), compresslevel=0), "gzip")) == BODY_BYTES


def test_a_bomb_is_refused_in_little_memory() -> None:
    """64 MiB that arrive as 64 KiB are refused while less than 4 MiB are held."""
    bomb = gzip.compress(bytes(64 * MIB))
    code: Code | None = None
    tracemalloc.start()
    try:
        decode_content(bomb, "gzip")
    except Unavailable as error:
        code = error.code
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert code == "answer_too_large"
    assert peak < 4 * MIB


@given(st.binary(max_size=300))
def test_any_bytes_are_content_or_unavailable(body: bytes) -> None:
    """Arbitrary bytes, with a head of gzip or without, raise nothing else and never grow past the cap."""
    for document in (body, b"\x1f\x8b\x08\x00" + body, gzip.compress(body, mtime=0)[:20] + body):
        try:
            size = len(decode_content(document, "gzip"))
        except Unavailable:
            size = 0
        assert size <= 64 * 1024
