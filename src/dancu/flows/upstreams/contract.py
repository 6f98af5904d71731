"""What a flow wants of whoever answers: for each question, how it is written and how its answer is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
    from dancu.domain.queries import Claim, Subject
    from dancu.wire.messages import WireReply, WireRequest
    from dancu.wire.services.spec import Keys, ServiceSpec, WireStyle

__all__ = ["Exchange", "Records", "Share", "Stamp", "Upstream"]

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every answer bears: the call's reference and the time of the answer."""

    reference: str
    as_of: datetime.datetime


@dataclass(frozen=True, slots=True)
class Records(Generic[A]):
    """How an answer is made of a record, where it is: the record may be kept in between, and the answer never is.

    Attributes:
        read: from the reply to what it holds.
        conclude: from that to the answer; pure.
    """

    read: Callable[[WireReply, Stamp], Found | NotMatched | Ambiguous]
    conclude: Callable[[Found | NotMatched | Ambiguous], A]


@dataclass(frozen=True, slots=True)
class Exchange(Generic[A]):
    """One question, there and back; both halves are pure.

    Attributes:
        service: name of the profile's service that answers it.
        build: from all that is known to the request.
        read: from the reply to the answer; raises `Unavailable` or `Rejected`.
        records: the same in two steps, where the answer is made of a record that may be kept.
    """

    service: str
    build: Callable[[Keys], WireRequest]
    read: Callable[[WireReply, Stamp], A]
    records: Records[A] | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The fields of a claim that one service answers."""

    service: str
    fields: tuple[FieldName, ...]


class Upstream(Protocol):
    """A far side, whichever it is."""

    @property
    def services(self) -> Mapping[str, ServiceSpec]:
        """What it offers, by name."""
        ...

    @property
    def style(self) -> WireStyle:
        """How it wants to be asked."""
        ...

    def look_up(
        self, service: str, subject: Subject, fields: tuple[FieldName, ...]
    ) -> Exchange[Found | NotMatched | Ambiguous]:
        """One citizen's record, as far as the fields asked for; ``service`` is one that answers with records."""
        ...

    def confirm(self, subject: Subject) -> Exchange[Confirmed | NotMatched]:
        """Whether there is such a person."""
        ...

    def shares(self, fields: tuple[FieldName, ...]) -> tuple[Share, ...]:
        """Which services together answer these fields, the main one first; a field that none answers is in no share."""
        ...

    def verify(
        self, service: str, subject: Subject, claim: Claim, fields: tuple[FieldName, ...]
    ) -> Exchange[Verified | NotMatched | Ambiguous]:
        """A claim against one service's record; ``fields`` are its share of the claimed ones."""
        ...
