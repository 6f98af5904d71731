"""From a profile to the parts that run: context for the flows, transport, sink, store."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dancu.adapters import load_adapter
from dancu.admission import admission
from dancu.errors import ConfigurationError
from dancu.flows.context import Context, Times
from dancu.flows.upstreams.gateway import OurGateway
from dancu.flows.upstreams.platform import Platform
from dancu.policy.audit import Pseudonyms
from dancu.policy.references import ulid_maker
from dancu.privacy import Secret
from dancu.profiles.credentials import GatewayPart
from dancu.profiles.loader import load_profile, read_secret
from dancu.profiles.parts import SecretSource
from dancu.runtime.clock import system_clock
from dancu.runtime.lanes import LaneSettings
from dancu.runtime.peers import Peer
from dancu.runtime.sinks import FileSink, NoSink
from dancu.runtime.stores import MemoryStore
from dancu.runtime.tls import TlsFiles, load_tls
from dancu.settings import profile_from_environment
from dancu.wire.native import native_services
from dancu.wire.services.spec import ServiceSpec, WireStyle
from dancu.wire.skins import SKINS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dancu.flows.context import Clock
    from dancu.flows.upstreams.contract import Upstream
    from dancu.profiles.schema import AuditPart, Profile, Service, Tls, Wire
    from dancu.runtime.sinks import AuditSink
    from dancu.runtime.stores import ByteStore
    from dancu.runtime.tls import Identity

__all__ = ["Parts", "assemble", "lane_settings"]

_STORE_ENTRIES = 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a client is made of but its driver.

    Attributes:
        context: for the flows.
        sink: where the audit goes.
        store: where the cache goes.
        profile: what they were made from.
    """

    context: Context
    sink: AuditSink
    store: ByteStore
    profile: Profile


def assemble(
    source: str | os.PathLike[str] | Mapping[str, Any] | Profile | None,
    *,
    audit: AuditSink | None,
    clock: Clock | None,
) -> Parts:
    """Build the parts; files are read and checked here, nothing is connected.

    Raises:
        ConfigurationError: naming the setting.
    """
    profile = load_profile(profile_from_environment() if source is None else source)
    clock = clock or system_clock()
    context = Context(
        environment=profile.environment,
        upstream=_upstream(profile),
        credential=admission(profile.credential, profile.directory, clock=clock),
        pseudonyms=Pseudonyms(_audit_key(profile.audit, profile.directory)),
        clock=clock,
        references=ulid_maker(lambda: clock.now().timestamp(), secrets.token_bytes),
        named_keys=profile.endpoint.named_keys,
        times=Times(profile.deadline.call, profile.deadline.attempt, profile.deadline.connect),
    )
    sink = _sink(profile) if audit is None else audit
    return Parts(context, sink, MemoryStore(_STORE_ENTRIES, clock.monotonic), profile)


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
    identity = None
    if profile.endpoint.url.startswith("https:"):
        if profile.tls is None:
            raise ConfigurationError("profile_invalid", field="tls", detail="https needs a CA")
        identity = _identity(profile.tls, profile, clock)
    return LaneSettings(
        identity=identity,
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
        password=password,
        by_pin=profile.endpoint.server_pin is not None and profile.endpoint.server_name is None,
        legacy_renegotiation=profile.endpoint.legacy_renegotiation,
    )
    return load_tls(files, now=clock.now(), production=profile.environment == "production")


def _sink(profile: Profile) -> AuditSink:
    kind, _colon, path = profile.audit.sink.partition(":")
    return NoSink() if kind == "none" else FileSink(profile.directory / path)


def _audit_key(part: AuditPart, directory: Path) -> Secret:
    """The named key; else one kept beside the audit file, so that hashes stay comparable."""
    if part.key is not None:
        return read_secret(part.key, directory, "audit.key")
    if part.sink == "none":
        return Secret(secrets.token_hex(32))
    path = directory / f"{part.sink.removeprefix('file:')}.key"
    if not path.exists():
        try:
            _make_key(path)
        except OSError:
            where = "its directory cannot be written"
            raise ConfigurationError("profile_invalid", field="audit.sink", detail=where) from None
    return read_secret(SecretSource(file=str(path)), directory, "audit.key")


def _make_key(path: Path) -> None:
    """Written whole under another name first: two processes that start together share one key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32))
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
