"""A platform of a province or ministry: it answers with records, and what they come to is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dancu.domain.outcomes import Ambiguous, Confirmed, Found, KeyName, NotMatched, Verified
from dancu.domain.people import Citizen
from dancu.flows.identity import fits_typed_month, hints_for, same_person
from dancu.flows.look_up import OFFERED, answered
from dancu.flows.upstreams.contract import Exchange, Records, Share, Stamp
from dancu.matching.claims import compare_claim, overall
from dancu.wire.services.spec import keys_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Claim, Subject
    from dancu.wire.dialects.record import Record
    from dancu.wire.messages import WireReply, WireRequest
    from dancu.wire.services.spec import Keys, ServiceSpec, WireStyle

__all__ = ["Platform", "decide"]


@dataclass(frozen=True, slots=True)
class Platform:
    """The services of a profile, in its style."""

    services: Mapping[str, ServiceSpec]
    style: WireStyle

    def look_up(
        self, service: str, subject: Subject, fields: tuple[FieldName, ...]
    ) -> Exchange[Found | NotMatched | Ambiguous]:
        """Services A, C and K: a collection of records."""

        def read(reply: WireReply, stamp: Stamp) -> Found | NotMatched | Ambiguous:
            return decide(subject, self.services[service].adapter.records(reply, self.style, fields), stamp)

        return Exchange(service, _build, read, Records(read, _as_it_is))

    def confirm(self, subject: Subject) -> Exchange[Confirmed | NotMatched]:
        """Service B: yes or no."""

        def read(reply: WireReply, stamp: Stamp) -> Confirmed | NotMatched:
            spec = self.services["confirm"]
            if spec.adapter.exists(reply, self.style):
                compared = cast("tuple[KeyName, ...]", keys_sent(spec, subject))
                return Confirmed(compared, stamp.reference, stamp.as_of)
            return NotMatched(hints_for(subject), stamp.reference, stamp.as_of)

        return Exchange("confirm", _build, read)

    def shares(self, fields: tuple[FieldName, ...]) -> tuple[Share, ...]:
        """Service A answers what it can; C and K are asked for the rest."""
        shares: list[Share] = []
        left: tuple[FieldName, ...] = fields
        for service in OFFERED:
            spec = self.services.get(service)
            if spec is None:
                continue
            known = answered(service, spec)
            mine: tuple[FieldName, ...] = tuple(name for name in left if name in known)
            if mine:
                shares.append(Share(service, mine))
                left = tuple(name for name in left if name not in known)
        return tuple(shares)

    def verify(
        self, service: str, subject: Subject, claim: Claim, fields: tuple[FieldName, ...]
    ) -> Exchange[Verified | NotMatched | Ambiguous]:
        """Service A, C or K; the record goes no further than the comparison, and the cache."""
        looked_up = self.look_up(service, subject, fields)

        def conclude(found: Found | NotMatched | Ambiguous) -> Verified | NotMatched | Ambiguous:
            if not isinstance(found, Found):
                return found
            verdicts = compare_claim(claim, found.citizen, fields)
            seen = (found.findings, found.reference, found.as_of, found.source)
            return Verified(overall(verdicts.values()), verdicts, *seen)

        def read(reply: WireReply, stamp: Stamp) -> Verified | NotMatched | Ambiguous:
            return conclude(looked_up.read(reply, stamp))

        return Exchange(service, looked_up.build, read, Records(looked_up.read, conclude))


def _as_it_is(found: Found | NotMatched | Ambiguous) -> Found | NotMatched | Ambiguous:
    return found


def _build(keys: Keys) -> WireRequest:
    return keys.spec.adapter.build(keys)


def decide(subject: Subject, records: tuple[Record, ...], stamp: Stamp) -> Found | NotMatched | Ambiguous:
    """What records come to; of several, only their count is told.

    Raises:
        Unavailable: ``answer_mismatch``.
    """
    if len(records) > 1:
        return Ambiguous(len(records), stamp.reference, stamp.as_of)
    if records:
        findings = same_person(subject, records[0])
        if fits_typed_month(subject, records[0]):
            return Found(Citizen.of(records[0].values), findings, stamp.reference, stamp.as_of)
    return NotMatched(hints_for(subject), stamp.reference, stamp.as_of)
