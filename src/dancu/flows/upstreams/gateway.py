"""A gateway of ours: it takes the question as it is and answers with an outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.errors import Unavailable
from dancu.flows.upstreams.contract import Exchange, Share, Stamp
from dancu.wire.native import build_native, read_native

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Claim, Subject
    from dancu.wire.messages import WireReply
    from dancu.wire.services.spec import ServiceSpec, WireStyle

__all__ = ["OurGateway"]

_ANOTHER = "an outcome of another question"


@dataclass(frozen=True, slots=True)
class OurGateway:
    """The same questions, answered by the gateway's own outcomes under this call's reference."""

    services: Mapping[str, ServiceSpec]
    style: WireStyle

    def look_up(
        self, service: str, subject: Subject, fields: tuple[FieldName, ...]
    ) -> Exchange[Found | NotMatched | Ambiguous]:
        """``v1/lookup`` and its sisters."""

        def read(reply: WireReply, stamp: Stamp) -> Found | NotMatched | Ambiguous:
            outcome = read_native(reply, fields=fields)
            if not isinstance(outcome, Found | NotMatched | Ambiguous):
                raise Unavailable("unknown_answer", detail=_ANOTHER)
            return replace(outcome, reference=stamp.reference)

        return Exchange(service, partial(build_native, fields=fields), read)

    def confirm(self, subject: Subject) -> Exchange[Confirmed | NotMatched]:
        """``v1/confirm``."""

        def read(reply: WireReply, stamp: Stamp) -> Confirmed | NotMatched:
            outcome = read_native(reply)
            if not isinstance(outcome, Confirmed | NotMatched):
                raise Unavailable("unknown_answer", detail=_ANOTHER)
            return replace(outcome, reference=stamp.reference)

        return Exchange("confirm", build_native, read)

    def shares(self, fields: tuple[FieldName, ...]) -> tuple[Share, ...]:
        """One question: the gateway knows who answers what."""
        return (Share("verify", fields),)

    def verify(
        self, service: str, subject: Subject, claim: Claim, fields: tuple[FieldName, ...]
    ) -> Exchange[Verified | NotMatched | Ambiguous]:
        """``v1/verify``."""

        def read(reply: WireReply, stamp: Stamp) -> Verified | NotMatched | Ambiguous:
            outcome = read_native(reply)
            if not isinstance(outcome, Verified | NotMatched | Ambiguous):
                raise Unavailable("unknown_answer", detail=_ANOTHER)
            return replace(outcome, reference=stamp.reference)

        return Exchange(service, partial(build_native, claim=claim), read)
