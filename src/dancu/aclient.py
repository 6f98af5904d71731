"""`AsyncClient`: the same words as `Client`, awaited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from dancu.assembly import assemble, lane_settings
from dancu.flows.cached import forget_dossier, forget_person
from dancu.flows.confirm import confirm
from dancu.flows.look_up import look_up
from dancu.flows.verify import verify
from dancu.prefill.flow import prefill
from dancu.prefill.overriding import override
from dancu.prefilled import Prefill, form_for
from dancu.runtime.awaiting import AwaitingDriver
from dancu.runtime.awaiting_lanes import AwaitingLanes

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from typing import Self

    from dancu.assembly import Parts
    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
    from dancu.domain.queries import Claim, Purpose, Subject
    from dancu.events import Observer
    from dancu.flows.context import Clock, Context
    from dancu.prefill.forms import Form
    from dancu.prefill.record import Given, Known
    from dancu.profiles.schema import Profile
    from dancu.runtime.exchange import AsyncTransport
    from dancu.runtime.sinks import AuditSink

__all__ = ["AsyncClient"]


class AsyncClient:
    """The population database over one profile; for the tasks of one event loop.

    Args:
        profile: path of a TOML profile, a mapping of the same shape, or a `Profile`; by
            default the path in ``DANCU_PROFILE``.
        transport: an httpx transport to use instead of connections of our own, for tests;
            whoever brings it closes it.
        audit: a sink to use instead of the profile's.
        clock: clocks to use instead of the machine's, for tests.
        observers: told of what happens (`dancu.events`), next to the log ``dancu``.

    Raises:
        ConfigurationError: naming the setting that cannot be used.
    """

    def __init__(
        self,
        profile: str | os.PathLike[str] | Mapping[str, Any] | Profile | None = None,
        *,
        transport: AsyncTransport | None = None,
        audit: AuditSink | None = None,
        clock: Clock | None = None,
        observers: Iterable[Observer] = (),
    ) -> None:
        self._parts: Parts = assemble(profile, audit=audit, clock=clock, observers=observers)
        self._context = self._parts.context_for()
        self._lanes: AwaitingLanes | None = None
        if transport is None:
            transport = self._lanes = AwaitingLanes(lane_settings(self._parts))
        self._driver = AwaitingDriver(transport=transport, sink=self._parts.sink, store=self._parts.store)
        self._own_sink = audit is None
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def _ready(self) -> Context:
        if self._closed:
            raise RuntimeError("this AsyncClient is closed")
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("this AsyncClient belongs to another event loop; make one for each loop")
        context = self._context
        if self._lanes is not None:
            self._lanes.check_identity(context.clock.now())
        return context

    async def look_up(
        self,
        subject: Subject,
        *,
        fields: Iterable[FieldName],
        purpose: Purpose,
        deadline: float | None = None,
        reference: str | None = None,
    ) -> Found | NotMatched | Ambiguous:
        """Look up the record of one citizen (service A, ``TraCuuThongTinCongDan``).

        Args:
            subject: number, name and birth date, all three.
            fields: the names of the fields needed, one by one; there is no "all".
            purpose: why, for whom and in which dossier; it stands in the audit.
            deadline: seconds for the whole call; the profile's ``deadline.call`` by default.
            reference: a ULID of your own for this call, new each time; it stands in the audit and on the wire.

        Returns:
            `Found` with the fields asked for, `NotMatched` with hints from what was typed,
            or `Ambiguous` with a count.

        Raises:
            InvalidInput: the question is malformed; nothing was sent.
            Rejected: the platform, or a limit, refuses it.
            Unavailable: no usable answer was had; it says nothing about the person.
        """
        asked = look_up(self._ready(), subject, fields=fields, purpose=purpose, deadline=deadline, reference=reference)
        return await self._driver.run(asked)

    async def look_up_relatives(
        self,
        subject: Subject,
        *,
        fields: Iterable[FieldName],
        purpose: Purpose,
        deadline: float | None = None,
        reference: str | None = None,
    ) -> Found | NotMatched | Ambiguous:
        """Look up a citizen's parents (service C, ``XacMinhThongTinNhanThan``).

        Args:
            subject: number, name and birth date, all three.
            fields: of ``father``, ``mother``, ``number``, ``old_number``, ``name`` and ``birth_date``.
            purpose: why, for whom and in which dossier; it stands in the audit.
            deadline: seconds for the whole call; the profile's ``deadline.call`` by default.
            reference: a ULID of your own for this call, new each time; it stands in the audit and on the wire.

        Returns:
            `Found` with the fields asked for, `NotMatched`, or `Ambiguous` with a count.

        Raises:
            ConfigurationError: the platform has no such service.
            InvalidInput: the question is malformed; nothing was sent.
            Rejected: the platform, or a limit, refuses it.
            Unavailable: no usable answer was had; it says nothing about the person.
        """
        asked = look_up(
            self._ready(),
            subject,
            fields=fields,
            purpose=purpose,
            deadline=deadline,
            reference=reference,
            service="relatives",
        )
        return await self._driver.run(asked)

    async def look_up_blood_group(
        self,
        subject: Subject,
        *,
        purpose: Purpose,
        deadline: float | None = None,
        reference: str | None = None,
    ) -> Found | NotMatched | Ambiguous:
        """Look up a citizen's blood group (service K, ``CungCapThongTinNhomMau``).

        Args:
            subject: number, name and birth date, all three.
            purpose: why, for whom and in which dossier; it stands in the audit.
            deadline: seconds for the whole call; the profile's ``deadline.call`` by default.
            reference: a ULID of your own for this call, new each time; it stands in the audit and on the wire.

        Returns:
            `Found` with the one field ``blood_group``, `NotMatched`, or `Ambiguous` with a count.

        Raises:
            ConfigurationError: the platform has no such service.
            InvalidInput: the question is malformed; nothing was sent.
            Rejected: the platform, or a limit, refuses it.
            Unavailable: no usable answer was had; it says nothing about the person.
        """
        asked = look_up(
            self._ready(),
            subject,
            fields=["blood_group"],
            purpose=purpose,
            deadline=deadline,
            reference=reference,
            service="blood_group",
        )
        return await self._driver.run(asked)

    async def confirm(
        self,
        subject: Subject,
        *,
        purpose: Purpose,
        deadline: float | None = None,
        reference: str | None = None,
    ) -> Confirmed | NotMatched:
        """Ask whether such a person exists (service B, ``XacThucThongTinCongDan``); no data comes back.

        Args:
            subject: number, name and birth date, all three.
            purpose: why, for whom and in which dossier; it stands in the audit.
            deadline: seconds for the whole call; the profile's ``deadline.call`` by default.
            reference: a ULID of your own for this call, new each time; it stands in the audit and on the wire.

        Returns:
            `Confirmed` with the keys that were really compared, or `NotMatched`.

        Raises:
            InvalidInput: the question is malformed; nothing was sent.
            Rejected: the platform, or a limit, refuses it.
            Unavailable: no usable answer was had; it says nothing about the person.
        """
        asked = confirm(self._ready(), subject, purpose=purpose, deadline=deadline, reference=reference)
        return await self._driver.run(asked)

    async def verify(
        self,
        subject: Subject,
        claim: Claim,
        *,
        purpose: Purpose,
        deadline: float | None = None,
        reference: str | None = None,
    ) -> Verified | NotMatched | Ambiguous:
        """Compare what an applicant claims with the record; the record's values are not returned.

        Args:
            subject: number, name and birth date, all three.
            claim: the fields claimed and their values.
            purpose: why, for whom and in which dossier; it stands in the audit.
            deadline: seconds for the whole call; the profile's ``deadline.call`` by default.
            reference: a ULID of your own for this call, new each time; it stands in the audit and on the wire.

        Returns:
            `Verified` with a verdict and its reason for each claimed field, `NotMatched`,
            or `Ambiguous`.

        Raises:
            InvalidInput: the question is malformed; nothing was sent.
            Rejected: the platform, or a limit, refuses it.
            Unavailable: no usable answer was had; it says nothing about the person.
        """
        asked = verify(self._ready(), subject, claim, purpose=purpose, deadline=deadline, reference=reference)
        return await self._driver.run(asked)

    async def prefill(
        self,
        procedure: str,
        people: Mapping[str, Given],
        *,
        purpose: Purpose,
        declared: Mapping[str, str] | None = None,
        form: Form | str | os.PathLike[str] | None = None,
        deadline: float | None = None,
    ) -> Prefill:
        """Fill the form of a procedure: everybody is asked about at once, for the fields that it uses.

        An outage, a refusal or nobody under the keys is the state of the fields that it concerns; the form comes.

        Args:
            procedure: its code, ``1.004222``, or the id of a form, ``birth`` (docs/forms.md).
            people: by the form's roles, the three keys of each, or what their card says (`parse_card`).
            purpose: why, for whom and in which dossier; it stands in the audit.
            declared: by the form's keys, what the citizen said; it is compared, and stands where nobody knows better.
            form: a definition, the id of one, or the path of a file, instead of the procedure's own.
            deadline: seconds for all questions together; the profile's ``deadline.call`` by default.

        Returns:
            `Prefill` with every field and the register's word about it.

        Raises:
            ConfigurationError: the form's file cannot be used, or the profile has no service that looks people up.
            InvalidInput: no form is known; a role, a key, the purpose or what is declared is off; nothing was sent.
            Unavailable: ``audit_unavailable``, and nothing else.
        """
        chosen, context = form_for(procedure, form), self._ready()
        asked = prefill(context, chosen, people, purpose=purpose, declared=declared, deadline=deadline)
        return Prefill(await self._driver.run(asked))

    async def override(
        self,
        prefill: Prefill,
        key: str,
        *,
        value: Known | str | None = None,
        reason: str,
        evidence: str,
        purpose: Purpose,
    ) -> Prefill:
        """Unlock a field of a form, and replace its value; on record before it is so (docs/audit.md).

        Args:
            prefill: the form; it stays as it is.
            key: the field's.
            value: what is right, text as people write it; None unlocks the field and leaves its value.
            reason: why, 3 to 500 characters; it stands in the audit.
            evidence: the document that shows it, its kind and number; it stands in the audit.
            purpose: why, for whom and in which dossier; it stands in the audit.

        Returns:
            The form with this field changed.

        Raises:
            InvalidInput: no such field, or words that hold a person's number.
            Unavailable: ``audit_unavailable``; nothing is changed.
        """
        record = prefill.record
        changed = override(self._ready(), record, key, value=value, reason=reason, evidence=evidence, purpose=purpose)
        return Prefill(await self._driver.run(changed))

    async def forget(self, subject: Subject) -> int:
        """Drop what the response cache keeps about a person, in every application and dossier (docs/cache.md).

        Nothing is asked and nobody learns anything, so it is not in the audit.

        Returns:
            How many records were dropped; 0 where the profile has no cache.

        Raises:
            Unavailable: ``connect_failed``: a shared store cannot be reached, and may still hold them.
        """
        asked = forget_person(self._ready().cache, subject)
        return await self._driver.run(asked)

    async def forget_dossier(self, dossier: str) -> int:
        """Drop what the response cache keeps for a dossier, or for a draft's session; see `forget`."""
        asked = forget_dossier(self._ready().cache, dossier)
        return await self._driver.run(asked)

    async def aclose(self) -> None:
        """Close connections and the audit; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._lanes is not None:
            await self._lanes.aclose()
        await self._driver.aclose()
        if self._own_sink:
            await asyncio.to_thread(self._parts.sink.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()
