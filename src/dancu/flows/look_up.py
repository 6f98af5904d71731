"""Use cases: the record of one citizen, as far as the fields asked for; by services A, C and K."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.fields import FIELDS, parse_fields
from dancu.errors import InvalidInput
from dancu.flows.ask import Question, ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import Ambiguous, Found, NotMatched
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.wire.services.spec import ServiceSpec

__all__ = ["OFFERED", "answered", "look_up"]

OFFERED: Mapping[str, frozenset[FieldName]] = {
    "look_up": frozenset(FIELDS),
    "relatives": frozenset({"number", "old_number", "name", "birth_date", "father", "mother"}),
    "blood_group": frozenset({"number", "old_number", "name", "blood_group"}),
}
"""The services that answer with records, and the fields that each can hold (wire.md §1.3)."""


def answered(service: str, spec: ServiceSpec) -> frozenset[FieldName]:
    """The fields that one of them answers with on this platform."""
    return OFFERED[service] if spec.fields is None else OFFERED[service] & spec.fields


def look_up(
    context: Context,
    subject: Subject,
    *,
    fields: Iterable[str],
    purpose: Purpose,
    deadline: float | None,
    service: str = "look_up",
    reference: str | None = None,
    stale: bool = False,
) -> Flow[Found | NotMatched | Ambiguous]:
    """Ask one of the services of `OFFERED` for one citizen; ``stale`` is for a form, see `dancu.flows.cached`.

    Raises:
        InvalidInput: also ``invalid_fields`` for a field that the service does not hold.
        Rejected, Unavailable: see `dancu.errors`.
    """
    asked = parse_fields(fields)
    if not answered(service, context.service(service)).issuperset(asked):
        raise InvalidInput("invalid_fields", field="fields", detail=f"the service {service} does not hold them all")
    question = Question(service, subject, purpose, asked, context.upstream.look_up(service, subject, asked), stale)
    return (yield from ask(context, question, deadline=deadline, reference=reference))
