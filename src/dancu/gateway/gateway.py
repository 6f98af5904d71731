"""What the endpoints share: who may ask what, how fast, and each agency's own way to the platform."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

from starlette.responses import Response

from dancu.domain.outcomes import Verified
from dancu.domain.serial import to_json
from dancu.errors import ConfigurationError, Unavailable
from dancu.gateway.evenness import even_size
from dancu.gateway.grants import Asked
from dancu.gateway.identity import OFFICER_HEADER, Caller, Granted, identify, numbers_of, today
from dancu.gateway.limits import Rates, told
from dancu.gateway.listening import Listening
from dancu.gateway.metrics import Metrics, WatchedSink
from dancu.gateway.mismatches import Asking, Mismatches, counters_of
from dancu.gateway.officers import OfficerRefused
from dancu.gateway.once import SpentTokens
from dancu.gateway.operations import APPLICATION, make_readiness
from dancu.gateway.peers import CERTIFICATE
from dancu.gateway.problems import Problem, from_error
from dancu.gateway.reading import JSON
from dancu.gateway.receipts import about, open_receipts, was_asked
from dancu.gateway.refusals import Refusals
from dancu.gateway.rules import LiveRules
from dancu.gateway.upstreams import Upstreams
from dancu.runtime.clock import system_clock

if TYPE_CHECKING:
    import datetime
    from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping

    from starlette.requests import Request

    from dancu.domain.queries import Purpose, Subject
    from dancu.domain.serial import Outcome
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.gateway.applications import Applications
    from dancu.gateway.config import GatewayConfig
    from dancu.gateway.grants import Grants
    from dancu.gateway.identity import Identified
    from dancu.gateway.mismatches import Watch
    from dancu.gateway.parts import ApplicationPart, ServiceName
    from dancu.gateway.refusals import RefusalCode
    from dancu.gateway.upstream_views import UpstreamView
    from dancu.runtime.sinks import AuditSink

__all__ = ["NEVER_KEPT", "PACE", "Gateway", "Question"]

T = TypeVar("T")
_LOCKS: dict[str, RefusalCode] = {"subject_locked": "subject_locked", "quota_spent": "quota_spent"}
_BUSY_SECONDS = 1.0
PACE = "pace"
"""Where in a request's state the headers about its application's rate stand, once it is known."""
NEVER_KEPT: Mapping[str, str] = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, for those who count and sign."""

    service: ServiceName
    purpose: Purpose
    subjects: tuple[Subject, ...]


class Gateway:
    """One gateway: its rules, its ways to the platforms, its audit.

    An agency with a credential of its own has a token, connections, limits and a breaker of its own; all others share
    the upstream's. The records of each application bear its name.
    """

    def __init__(
        self, config: GatewayConfig, sink: AuditSink, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rules = LiveRules(config, monotonic=monotonic)
        self._clock = system_clock()
        self._spent = SpentTokens(config.directory / f"{config.audit.database}.tokens")
        self.metrics = Metrics()
        self.listening = _listening(config, self._clock.now)
        self._sink = WatchedSink(sink, self.metrics)
        self._upstreams = Upstreams(config, self._sink, observer=self.metrics.observer, waited=self.metrics.waited)
        self._rates = _rates(config, monotonic)
        self.refusals = Refusals(self._sink, clock=self._clock)
        self.readiness = make_readiness(self)
        self._mismatches = Mismatches(counters_of(config), config.protection.limits, time.time)
        part, database = config.receipts, config.directory / config.audit.database
        self._receipts = None if part is None else open_receipts(part, beside=database)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Ready to ask, in this event loop."""
        try:
            async with self._upstreams.opened():
                yield
        finally:
            self._spent.close()
            self._mismatches.close()
            self._rates.close()
            self._sink.close()

    @property
    def config(self) -> GatewayConfig:
        """The settings in force."""
        return self._rules.current.config

    @property
    def applications(self) -> Applications:
        """The applications in force."""
        return self._rules.current.applications

    @property
    def grants(self) -> Grants:
        """The grants in force."""
        return self._rules.current.grants

    @property
    def rules_trouble(self) -> ConfigurationError | None:
        """Why the newest files of rules are not in force, or None."""
        return self._rules.trouble

    @property
    def sink(self) -> AuditSink:
        """Where records go."""
        return self._sink

    @property
    def waiting(self) -> int:
        """Questions that wait for a place."""
        return self._upstreams.waiting

    def upstream_views(self) -> tuple[UpstreamView, ...]:
        """What operating needs to know of the ways to the platforms."""
        return self._upstreams.views()

    async def ask(
        self, granted: Granted, question: Question, use_case: Callable[[Context], Flow[Outcome]], *, even: bool = False
    ) -> Response:
        """The answer of a use case about one person, see `run` and `watching`.

        Where ``even``, all answers look alike in size, and in time as far as the floor goes.
        """
        started = time.monotonic()
        async with self.watching(granted, question) as watch:
            outcome = await self._signed(granted, question, use_case)
            for subject in question.subjects:
                watch.saw(self.pseudonym(granted, subject), outcome)
        if not even:
            return Response(to_json(outcome), 200, NEVER_KEPT, JSON)
        await asyncio.sleep(started + self.config.protection.floor - time.monotonic())
        return Response(even_size(to_json(outcome)), 200, NEVER_KEPT, JSON)

    async def _signed(
        self, granted: Granted, question: Question, use_case: Callable[[Context], Flow[Outcome]]
    ) -> Outcome:
        """What `run` comes to, with a receipt where the gateway signs them.

        Raises:
            Problem: with the proof, where a platform was asked and gave no answer.
        """
        receipts = self._receipts
        if receipts is None:
            return await self.run(granted, use_case)
        subject = self.pseudonym(granted, question.subjects[0])
        asked = about(question.purpose, application=granted.application, subject=subject)
        environment = self._upstreams.context(granted).environment
        try:
            outcome = await self.run(granted, use_case)
        except Unavailable as error:
            if not was_asked(error):
                raise
            proof = receipts.unavailability(error, now=self._clock.now(), environment=environment, **asked)
            raise replace(from_error(error), proof=proof) from None
        if isinstance(outcome, Verified):
            receipt = receipts.verification(outcome, now=self._clock.now(), environment=environment, **asked)
            return replace(outcome, receipt=receipt)
        return outcome

    @contextlib.asynccontextmanager
    async def watching(self, granted: Granted, question: Question) -> AsyncGenerator[Watch]:
        """Count what comes of questions about people; a refusal for too many that did not fit is on record.

        Raises:
            Problem: see `Mismatches.watching`.
        """
        people = tuple(dict.fromkeys(self.pseudonym(granted, subject) for subject in question.subjects))
        asking = Asking(granted.application, question.purpose.officer.code, people)
        with contextlib.ExitStack() as watched:
            try:
                watch = watched.enter_context(self._mismatches.watching(asking))
            except Problem as problem:
                if problem.code in _LOCKS:
                    await self.refusals.note(
                        _LOCKS[problem.code],
                        service=question.service,
                        application=granted.application,
                        purpose=question.purpose,
                    )
                raise
            yield watch

    def pseudonym(self, granted: Granted, subject: Subject) -> str:
        """The keyed hash under which a person is counted, as in the audit."""
        return self._upstreams.context(granted).pseudonyms.of(subject)

    async def run(self, granted: Granted, use_case: Callable[[Context], Flow[T]]) -> T:
        """What a use case comes to, by its agency's way to the platform, audited under the application's name.

        Raises:
            DancuError: the use case's; ``certificate_unusable`` where ours has ended meanwhile.
        """
        return await self._upstreams.run(granted, use_case)

    async def admit(self, request: Request, service: ServiceName | Literal["whoami", "link"]) -> Caller:
        """The application that asks, at its rate; a refusal is on record.

        Raises:
            Problem: ``unauthenticated``, ``rate_limited``; ``too_busy`` where nobody knows its rate.
        """
        certificate: str | None = request.scope.get("state", {}).get(CERTIFICATE)
        application = self._application(request, certificate)
        if application is None:
            await self.refusals.note("unauthenticated", service=service)
            raise Problem("unauthenticated", headers=(("WWW-Authenticate", "Bearer"),))
        request.scope.setdefault("state", {})[APPLICATION] = application.name
        try:
            paced = self._rates.asked(application)
        except OSError:
            raise Problem("too_busy", retry_after=_BUSY_SECONDS) from None
        request.scope["state"][PACE] = told(application, paced)
        if paced.wait:
            await self.refusals.note("rate_limited", service=service, application=application.name)
            raise Problem("rate_limited", retry_after=paced.wait)
        return Caller(application, certificate, request.headers.get(OFFICER_HEADER))

    def _application(self, request: Request, certificate: str | None) -> ApplicationPart | None:
        """By the exchange's token on a connection of the exchange, else by key and certificate; None: nobody."""
        rules, now = self._rules.current, self._clock.now()
        exchange = rules.exchange
        if exchange is not None and certificate in exchange.part.certificates:
            token = request.headers.get(exchange.part.header)
            return rules.applications.through_exchange(exchange.client_of(token, now=now.timestamp()))
        return rules.applications.of(request.headers.get("Authorization"), now=now, certificate=certificate)

    async def identified(self, caller: Caller, purpose: Purpose, service: ServiceName | Literal["link"]) -> Identified:
        """The officer of a question; a refusal is on record.

        Raises:
            Problem: ``officer_refused``.
        """
        try:
            return await identify(caller, purpose, self._rules, spent=self._spent, now=self._clock.now())
        except OfficerRefused as refused:
            reason = refused.reason
        await self.refusals.note(
            "officer_refused", service=service, application=caller.name, purpose=purpose, reason=reason
        )
        raise Problem("officer_refused", (("/purpose/officer", reason),))

    async def check_granted(
        self,
        caller: Caller,
        purpose: Purpose,
        service: ServiceName,
        fields: Collection[str],
        subjects: Iterable[Subject],
    ) -> Granted:
        """Deny by default; a refusal is on record.

        Raises:
            Problem: ``officer_refused``; ``not_granted``.
        """
        return await self._decided(caller, purpose, service, tuple(fields), numbers_of(subjects))

    async def granted(
        self, caller: Caller, purpose: Purpose, service: ServiceName, subjects: Iterable[Subject]
    ) -> Granted:
        """What may be asked for, where one field refused does not refuse the others.

        Raises:
            Problem: ``officer_refused``; ``not_granted``: nothing of the service is; on record.
        """
        return await self._decided(caller, purpose, service, (), numbers_of(subjects))

    async def _decided(
        self, caller: Caller, purpose: Purpose, service: ServiceName, fields: tuple[str, ...], numbers: frozenset[str]
    ) -> Granted:
        who = await self.identified(caller, purpose, service)
        grants = self.grants
        asked = Asked(
            application=caller.name,
            unit=purpose.unit,
            procedure=purpose.procedure,
            service=service,
            fields=frozenset(fields),
            numbers=numbers,
            officer_unit=who.unit,
            day=today(self._clock.now()),
        )
        granted = grants.fields(asked)
        if not isinstance(granted, frozenset):
            await self._refuse(caller, purpose, service, fields, granted)
        if not granted.issuperset(fields):
            await self._refuse(caller, purpose, service, fields, "fields", refused=frozenset(fields) - granted)
        permissions = grants.permissions(asked)
        marks = {**who.marks, "permissions": permissions} if permissions else who.marks
        return Granted(caller.part.share, grants.agencies.get(purpose.unit, ""), granted, marks)

    async def _refuse(
        self,
        caller: Caller,
        purpose: Purpose,
        service: ServiceName,
        fields: tuple[str, ...],
        reason: str,
        *,
        refused: frozenset[str] = frozenset(),
    ) -> NoReturn:
        await self.refusals.note(
            "not_granted", service=service, application=caller.name, purpose=purpose, fields=fields, reason=reason
        )
        # By their names, so that a form can be filled without them.
        places = {name: f"/claim/{name}" if service == "verify" else f"/fields/{at}" for at, name in enumerate(fields)}
        raise Problem("not_granted", tuple((places[name], name) for name in fields if name in refused))


def _listening(config: GatewayConfig, clock: Callable[[], datetime.datetime]) -> Listening | None:
    """What is shown where TLS ends in this process."""
    listen = config.listen
    return None if listen.certificate is None else Listening(listen, config.directory, clock=clock)


def _rates(config: GatewayConfig, monotonic: Callable[[], float]) -> Rates:
    """Counted by all gateways on the audit's database together."""
    path = config.directory / f"{config.audit.database}.rates"
    try:
        return Rates(path if monotonic is time.monotonic else None, monotonic)
    except OSError:
        raise ConfigurationError("profile_invalid", field="audit.database", detail="cannot be written") from None
