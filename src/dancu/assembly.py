"""From a profile to the parts that run: context for the flows, transport, sink, store."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dancu.adapters import load_adapter
from dancu.admission import admission
from dancu.errors import ConfigurationError
from dancu.events import BreakerMoved
from dancu.flows.context import Context, Times
from dancu.flows.upstreams.gateway import OurGateway
from dancu.flows.upstreams.platform import Platform
from dancu.observe import log_event, tell_all
from dancu.policy.audit import Pseudonyms
from dancu.policy.references import ulid_maker
from dancu.privacy import Secret
from dancu.profiles.audit_keys import audit_key, chain_keys
from dancu.profiles.cache_keys import make_cache, make_store
from dancu.profiles.credentials import GatewayPart
from dancu.profiles.loader import load_profile, read_secret
from dancu.profiles.resilience import make_guards
from dancu.runtime.clock import system_clock
from dancu.runtime.identities import Identities
from dancu.runtime.lanes import LaneSettings
from dancu.runtime.peers import Peer
from dancu.runtime.sinks import FileSink, NoSink
from dancu.runtime.tls import TlsFiles, load_tls
from dancu.settings import profile_from_environment
from dancu.wire.native import native_services
from dancu.wire.services.spec import ServiceSpec, WireStyle
from dancu.wire.skins import SKINS

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dancu.events import Observer
    from dancu.flows.cached import Cache
    from dancu.flows.context import Clock
    from dancu.flows.resilient import Guards
    from dancu.flows.upstreams.contract import Upstream
    from dancu.profiles.schema import Profile, Service, Tls, Wire
    from dancu.runtime.sinks import AuditSink
    from dancu.runtime.stores import ByteStore
    from dancu.runtime.tls import Identity

__all__ = ["Parts", "assemble", "lane_settings"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a client is made of but its driver.

    Attributes:
        context: for the flows, without a cache.
        sink: where the audit goes.
        store: where the cache goes.
        profile: what they were made from.
        cache: as the profile's own application sees it, or None.
    """

    context: Context
    sink: AuditSink
    store: ByteStore
    profile: Profile
    cache: Cache | None = None

    def context_for(self, application: str | None = None) -> Context:
        """The context with the cache of one application, by default the profile's; it sees nothing of another's."""
        cache = self.cache if self.cache is None or application is None else self.cache.of(application)
        return replace(self.context, cache=cache)


def assemble(
    source: str | os.PathLike[str] | Mapping[str, Any] | Profile | None,
    *,
    audit: AuditSink | None,
    clock: Clock | None,
    observers: Iterable[Observer] = (),
) -> Parts:
    """Build the parts; files are read and checked here, nothing is connected.

    Args:
        source: of the profile, see `dancu.Client`.
        audit: a sink instead of the profile's.
        clock: clocks instead of the machine's.
        observers: told of all that happens, next to the log.

    Raises:
        ConfigurationError: naming the setting.
    """
    profile = load_profile(profile_from_environment() if source is None else source)
    clock = clock or system_clock()
    key = _audit_key(profile)
    tell = tell_all((log_event, *observers))
    context = Context(
        environment=profile.environment,
        upstream=_upstream(profile),
        credential=admission(profile.credential, profile.directory, clock=clock),
        pseudonyms=Pseudonyms(key, str(profile.audit.key_version)),
        clock=clock,
        references=ulid_maker(lambda: clock.now().timestamp(), secrets.token_bytes),
        named_keys=profile.endpoint.named_keys,
        times=Times(profile.deadline.call, _attempt_seconds(profile), profile.deadline.connect),
        guards=_guards(profile, tell),
        tell=tell,
    )
    sink = _sink(profile, key) if audit is None else audit
    store = make_store(profile.cache, profile.directory, clock.monotonic)
    cache = make_cache(profile, application=profile.cache.application or context.credential.user)
    return Parts(context, sink, store, profile, cache)


def _attempt_seconds(profile: Profile) -> float:
    """A gateway of ours repeats within the one question that it is asked, so that may take the whole call."""
    part = profile.deadline
    whole = isinstance(profile.credential, GatewayPart) and "attempt" not in part.model_fields_set
    return part.call if whole else part.attempt


def _guards(profile: Profile, tell: Observer) -> Guards:
    return make_guards(
        profile.retry,
        profile.breaker,
        profile.limits,
        attempt_seconds=min(_attempt_seconds(profile), profile.deadline.call),
        behind_gateway=isinstance(profile.credential, GatewayPart),
        moved=lambda state: tell(BreakerMoved(state=state)),
    )


def _style(wire: Wire) -> WireStyle:
    opened = SKINS[wire.skin] if wire.adapter is None else load_adapter("skins", wire.adapter, field="wire.adapter")
    return WireStyle(wire.name, wire.date, wire.empty_body, wire.dialect, wire.form, opened)


def _upstream(profile: Profile) -> Upstream:
    if isinstance(profile.credential, GatewayPart):
        return OurGateway(native_services(profile.endpoint.url), WireStyle())
    services = {name: _service(profile, name, one) for name, one in profile.services.offered.items()}
    return Platform(services, _style(profile.wire))


def _service(profile: Profile, name: str, service: Service) -> ServiceSpec:
    url = profile.endpoint.url + service.path
    spec = ServiceSpec(
        url=url,
        registered_url=service.registered_url or profile.endpoint.registered_url or urlsplit(url).path,
        operation=service.operation,
        integration=service.integration,
        fields_sent=tuple(service.fields_sent),
        namespace=service.namespace,
        birth=service.birth,
        fields=None if service.fields is None else frozenset(service.fields),
    )
    if service.adapter is None:
        return spec
    return replace(spec, adapter=load_adapter("services", service.adapter, field=f"services.{name}.adapter"))


def lane_settings(parts: Parts) -> LaneSettings:
    """How the client's own connections are made; not needed where the user brings a transport.

    Raises:
        ConfigurationError: ``profile_invalid``, ``certificate_unusable``.
    """
    profile, clock = parts.profile, parts.context.clock
    identities = None
    if profile.endpoint.url.startswith("https:"):
        if profile.tls is None:
            raise ConfigurationError("profile_invalid", field="tls", detail="https needs a CA")
        load, files = partial(_identity, profile.tls, profile, clock), profile.tls.files(profile.directory)
        identities = Identities(load, files, tell=parts.context.tell)
    return LaneSettings(
        identities=identities,
        size=profile.limits.parallel,
        connect=profile.deadline.connect,
        peer=Peer(profile.endpoint.server_name, profile.endpoint.server_pin),
        proxy=profile.endpoint.proxy,
    )


def _identity(tls: Tls, profile: Profile, clock: Clock) -> Identity:
    at = profile.directory
    password = None if tls.password is None else read_secret(tls.password, at, "tls.password")
    files = TlsFiles(
        ca=at / tls.ca,
        certificate=None if tls.certificate is None else at / tls.certificate,
        key=None if tls.key is None else at / tls.key,
        bundle=None if tls.bundle is None else at / tls.bundle,
        password=password,
        by_pin=profile.endpoint.server_pin is not None and profile.endpoint.server_name is None,
        legacy_renegotiation=profile.endpoint.legacy_renegotiation,
    )
    return load_tls(files, now=clock.now(), production=profile.environment == "production")


def _sink(profile: Profile, key: Secret) -> AuditSink:
    part, at = profile.audit, profile.directory
    if part.sink == "none":
        return NoSink()
    log = _log(profile)
    keys = chain_keys(
        key, version=part.key_version, signing=part.signing_key, log=log, directory=at, setting="audit.sink"
    )
    second = None if part.checkpoints is None else at / part.checkpoints.removeprefix("file:")
    return FileSink(log, keys=keys, checkpoints=second)


def _log(profile: Profile) -> Path:
    return profile.directory / profile.audit.sink.removeprefix("file:")


def _audit_key(profile: Profile) -> Secret:
    part = profile.audit
    if part.key is None and part.sink == "none":
        return Secret(secrets.token_hex(32))
    return audit_key(part.key, log=_log(profile), directory=profile.directory, setting="audit.sink")
