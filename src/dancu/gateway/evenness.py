"""Answers that look alike: what a guesser could read off a size is not there."""

from __future__ import annotations

__all__ = ["EVEN_BYTES", "even_size"]

EVEN_BYTES = 8192
"""More than any confirmation or verification takes; a longer one is made a multiple of it."""


def even_size(answer: str) -> bytes:
    """JSON with white space behind it, `EVEN_BYTES` long."""
    text = answer.encode()
    return text.ljust(-(-len(text) // EVEN_BYTES) * EVEN_BYTES)
