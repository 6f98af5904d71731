"""Flows driven by hand: no transport, no sink, no clock but those given here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from dancu import DancuError, Secret
from dancu.flows.access.hash_basic import HashBasic
from dancu.flows.confirm import confirm
from dancu.flows.context import Clock, Context, Times
from dancu.flows.effects import Audit, Send
from dancu.flows.look_up import look_up
from dancu.flows.upstreams.platform import Platform
from dancu.policy.audit import Intent, Outcome, Pseudonyms
from dancu.wire.messages import WireReply
from dancu.wire.services.spec import ServiceSpec, WireStyle

from ..answers import FOUND, PURPOSE, SECRET, SUBJECT  # noqa: TID252  # one set of documents for all unit tests

if TYPE_CHECKING:
    from dancu import Ambiguous, Confirmed, Found, NotMatched, Subject
    from dancu.flows.effects import Effect, Flow

NOW = datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)
REFERENCE = "01HF7YAT0000000000000000RE"
AT = 1000.0
"""What the monotonic clock shows; it stands still."""

SENT = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh")


def service(name: str, operation: str, integration: str) -> ServiceSpec:
    """A service of the invented platform."""
    return ServiceSpec(f"https://platform.example/dancu/{name}", f"/dancu/{name}", operation, integration, SENT)


CONTEXT = Context(
    environment="test",
    upstream=Platform(
        {
            "look_up": service("tracuu", "TraCuuThongTinCongDan", "037"),
            "confirm": service("xacthuc", "XacThucThongTinCongDan", "003"),
        },
        WireStyle(),
    ),
    credential=HashBasic("demo-app", Secret(SECRET), NOW.timestamp),
    pseudonyms=Pseudonyms(Secret("synthetic-audit-key")),
    clock=Clock(lambda: AT, lambda: NOW),
    references=lambda: REFERENCE,
    times=Times(call=20.0, attempt=8.0),
)


def production() -> Context:
    """The same in production."""
    return replace(CONTEXT, environment="production")


def reply(body: bytes = FOUND, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> WireReply:
    """A platform's answer."""
    return WireReply(status, headers, body)


def looking_up(
    subject: Subject = SUBJECT,
    *,
    context: Context = CONTEXT,
    fields: tuple[str, ...] = ("name", "birth_date"),
    deadline: float | None = None,
) -> Flow[Found | NotMatched | Ambiguous]:
    """A look-up that has not begun."""
    return look_up(context, subject, fields=fields, purpose=PURPOSE, deadline=deadline)


def confirming(subject: Subject = SUBJECT, *, context: Context = CONTEXT) -> Flow[Confirmed | NotMatched]:
    """A confirmation that has not begun."""
    return confirm(context, subject, purpose=PURPOSE, deadline=None)


@dataclass
class Walk:
    """One flow answered by hand.

    Attributes:
        effects: all that it yielded, in order.
        result: what it returned, or None.
        error: what it raised, or None.
    """

    effects: list[Effect]
    result: Any = None
    error: BaseException | None = None

    @property
    def kinds(self) -> list[str]:
        """``intent``, ``send`` and ``outcome`` as they came."""
        return [_kind(effect) for effect in self.effects]

    @property
    def intent(self) -> Intent:
        """The record of the intent."""
        return next(one.record for one in self.effects if isinstance(one, Audit) and isinstance(one.record, Intent))

    @property
    def outcome(self) -> Outcome:
        """The record of the outcome."""
        return next(one.record for one in self.effects if isinstance(one, Audit) and isinstance(one.record, Outcome))

    @property
    def sent(self) -> Send:
        """The exchange."""
        return next(one for one in self.effects if isinstance(one, Send))

    @property
    def failure(self) -> DancuError:
        """The error of ours that it raised."""
        assert isinstance(self.error, DancuError)
        return self.error


def _kind(effect: Effect) -> str:
    return type(effect.record).__name__.lower() if isinstance(effect, Audit) else type(effect).__name__.lower()


def walk(flow: Flow[Any], **answers: object) -> Walk:
    """Answer each effect by its kind: a value is sent in, an exception is thrown in; by default None."""
    answers = {"send": reply(), **answers}
    walked = Walk([])
    try:
        effect = next(flow)
        while True:
            walked.effects.append(effect)
            answer = answers.get(_kind(effect))
            effect = flow.throw(answer) if isinstance(answer, BaseException) else flow.send(answer)
    except StopIteration as end:
        walked.result = end.value
    except BaseException as error:  # noqa: BLE001  # what is raised is what the test looks at
        walked.error = error
    return walked


def refused(flow: Flow[Any]) -> DancuError:
    """The error of a flow that yields nothing at all."""
    with pytest.raises(DancuError) as caught:
        next(flow)
    return caught.value
