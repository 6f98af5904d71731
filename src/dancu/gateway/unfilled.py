"""What of a profile is still the example's: its address, and files that it names and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.gateway.keeping.files import names_in
from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dancu.profiles.schema import Profile

__all__ = ["unfilled"]

_ADDRESS = Phrase("still the example's address", "còn là địa chỉ mẫu, hãy điền địa chỉ của nền tảng")
_MISSING = Phrase("there is no such file yet", "chưa có tệp này")
_EXAMPLES = ".province.example/"


def unfilled(path: Path, profile: Profile) -> Iterator[tuple[str, Phrase]]:
    """Setting and words, for each that is still to be filled in.

    Args:
        path: of the profile.
        profile: what stands there.
    """
    if _EXAMPLES in profile.endpoint.url:
        yield "endpoint.url", _ADDRESS
    for one in names_in(path):
        if not one.path.is_file():
            yield one.setting, _MISSING
