"""What the mock is asked and what it answers, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Headers", "Raw", "Reply", "Request"]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read whole.

    Attributes:
        method, headers, body: as they came.
        target: the path as it stood in the request line.
        caller: the common name of the client's certificate; empty in process, and where there is none.
    """

    method: str
    target: str
    headers: Headers
    body: bytes
    caller: str = ""

    def all(self, name: str) -> list[str]:
        """Every value of a header, whatever its case."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def header(self, name: str) -> str | None:
        """The value of a header that stands there exactly once, else None."""
        values = self.all(name)
        return values[0] if len(values) == 1 else None

    def __repr__(self) -> str:
        return f"Request({self.method!r}, {self.target!r}, ***)"


@dataclass(frozen=True, slots=True)
class Reply:
    """A well-formed HTTP answer; the door adds ``Content-Length``."""

    status: int
    headers: Headers
    body: bytes

    def __repr__(self) -> str:
        return f"Reply({self.status}, ***)"


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they go on the wire, for everything that is not well-formed.

    Attributes:
        chunks: what is written.
        delays: seconds before each chunk; shorter than ``chunks`` means no further delay.
        end: ``close``, ``reset`` (RST), ``hang`` (stay open and silent) or ``keep``.
    """

    chunks: tuple[bytes, ...]
    delays: tuple[float, ...] = ()
    end: Literal["close", "reset", "hang", "keep"] = "close"

    def __repr__(self) -> str:
        return f"Raw({len(self.chunks)} chunks, end={self.end!r})"
