"""The one serialiser: values to JSON and back, whole and unmasked.

Used by ``--json``, the cache, the gateway and prefill. An outcome is an object with an
``outcome`` word beside its parts; a citizen holds the fields asked for, null where the
register holds nothing.
"""

from __future__ import annotations

import functools
import json
from typing import Any, cast

from pydantic import TypeAdapter

from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.domain.people import Citizen
from dancu.errors import Unavailable

__all__ = ["Outcome", "from_json", "to_json"]

Outcome = Found | NotMatched | Ambiguous | Confirmed | Verified

_WORDS: dict[type[Any], str] = {
    Found: "found",
    NotMatched: "not_matched",
    Ambiguous: "ambiguous",
    Confirmed: "confirmed",
    Verified: "verified",
}
_OUTCOMES = {word: kind for kind, word in _WORDS.items()}


@functools.cache
def _adapter(word: str) -> TypeAdapter[Any]:
    return TypeAdapter(_OUTCOMES[word])


def to_json(value: Outcome | Citizen) -> str:
    """Write an outcome or a citizen as JSON text (UTF-8 characters as they are)."""
    if isinstance(value, Citizen):
        return value.model_dump_json()
    word = _WORDS[type(value)]
    parts = _adapter(word).dump_python(value, mode="json")
    return json.dumps({"outcome": word, **parts}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | bytes) -> Outcome | Citizen:
    """Read what `to_json` wrote.

    Raises:
        Unavailable: ``unreadable_answer``: not JSON of ours; the text is not quoted.
    """
    try:
        parsed: Any = json.loads(text)
        parts = cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else {}
        if "outcome" not in parts:
            return Citizen.model_validate(parsed)
        return cast("Outcome", _adapter(parts.pop("outcome")).validate_python(parts))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unavailable("unreadable_answer", detail="not JSON of this package") from None
