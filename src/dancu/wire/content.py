"""Undo a content encoding, bounded in size and ratio (security.md T3).

We ask for ``identity``; a platform may compress all the same.
"""

from __future__ import annotations

import zlib

from dancu.errors import Unavailable
from dancu.wire.limits import BODY_BYTES, EXPANSION

__all__ = ["decode_content"]

_GZIP = 16 + zlib.MAX_WBITS
_SMALL = 64 * 1024


def decode_content(body: bytes, encoding: str | None) -> bytes:
    """The body itself.

    Raises:
        Unavailable: ``answer_too_large`` past 2 MiB, or past 64 KiB and 20 times the
            bytes received; ``unreadable_answer`` for a broken or unknown encoding.
    """
    if encoding is None or encoding.strip().lower() in {"", "identity"}:
        return body
    if encoding.strip().lower() not in {"gzip", "x-gzip"}:
        raise Unavailable("unreadable_answer", detail="an unknown content encoding")
    most = min(BODY_BYTES, max(_SMALL, EXPANSION * len(body)))
    inflate = zlib.decompressobj(_GZIP)
    try:
        plain = inflate.decompress(body, most + 1)
    except zlib.error:
        raise Unavailable("unreadable_answer", detail="broken gzip") from None
    if len(plain) > most:
        raise Unavailable("answer_too_large", detail="inflates beyond the cap")
    if not inflate.eof:
        raise Unavailable("unreadable_answer", detail="broken gzip")
    return plain
