"""The caps on what one answer may hold (security.md T2)."""

from __future__ import annotations

__all__ = [
    "ATTRIBUTES_PER_ELEMENT",
    "BODY_BYTES",
    "DEPTH",
    "ELEMENTS",
    "EXPANSION",
    "HEAD_BYTES",
    "READ_BYTES",
    "TAGS",
    "TEXT_CHARACTERS",
]

BODY_BYTES = 2 * 1024 * 1024
HEAD_BYTES = 64 * 1024
READ_BYTES = 16 * 1024
"""At a time, so that a flood of short answers is parsed in pieces between looks at the clock."""
EXPANSION = 20
TAGS = 10_000
ELEMENTS = 5_000
DEPTH = 32
ATTRIBUTES_PER_ELEMENT = 64
TEXT_CHARACTERS = 64 * 1024
