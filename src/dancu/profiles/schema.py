"""What a profile may say (design.md §5). Unknown keys are refused, so a typing error is noticed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from dancu.domain.fields import FieldName  # pydantic resolves the annotation at run time
from dancu.profiles.caching import CachePart
from dancu.profiles.credentials import FAMILIES, CredentialPart, GatewayPart, PortalSessionPart
from dancu.profiles.parts import AdapterName, HeaderText, HostName, Part, Seconds, SecretSource, Url
from dancu.profiles.resilience import BreakerPart, Limits, Retry
from dancu.wire.services.spec import BirthForm, RequestForm
from dancu.wire.services.values import EITHER_NUMBER, NAMES
from dancu.wire.skins import REQUEST_FORMS
from dancu.wire.soap import OPERATION_NAMESPACE

__all__ = ["FAMILIES", "CredentialPart", "Profile", "SecretSource"]

_PROXY = re.compile(r"http://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}")
_NAMED_KEYS = ("server_name", "server_pin", "proxy", "legacy_renegotiation")
_RELATIVE_PATH = re.compile(r"(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*/?)?")

SkinName = Literal["soap", "json-message", "json-string", "json-flag", "json-tree", "result-object", "coded-response"]
Pin = Annotated[str, StringConstraints(pattern=r"^sha256/[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")]
ElementName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]{0,63}$")]


def _checked_proxy(proxy: str) -> str:
    if _PROXY.fullmatch(proxy) is None:
        raise ValueError("http://host:port, without user and path")
    return proxy


def _checked_path(path: str) -> str:
    if _RELATIVE_PATH.fullmatch(path) is None or ".." in path.split("/"):
        raise ValueError("a path below the endpoint's URL")
    return path


def _checked_elements(names: list[str]) -> list[str]:
    if unknown := [name for name in names if name not in NAMES]:
        raise ValueError(f"{len(unknown)} unknown element(s); known: {', '.join(sorted(NAMES))}")
    small = {name.lower() for name in names}
    if "mayeucau" not in small or not small & {"sodinhdanh", "socmnd", EITHER_NUMBER.lower()}:
        raise ValueError("MaYeuCau and a number are needed")
    if len(small) != len(names):
        raise ValueError("an element twice")
    return names


class Endpoint(Part):
    """Where the platform is.

    Attributes:
        url: absolute; https, or http to loopback.
        registered_url: what T1 hashes; default the path of the URL called.
        server_name: the name in the peer's certificate when the URL bears another.
        server_pin: ``sha256/`` and the base64 SHA-256 of the peer's public key; instead of the
            name where there is no server_name. The CA is asked in every case.
        proxy: ``http://host:port`` of a proxy that is asked to CONNECT.
        legacy_renegotiation: speak with a peer that lacks RFC 5746.
    """

    url: Url
    registered_url: HeaderText | None = None
    server_name: HostName | None = None
    server_pin: Pin | None = None
    proxy: Annotated[str, AfterValidator(_checked_proxy)] | None = None
    legacy_renegotiation: bool = False

    @property
    def named_keys(self) -> tuple[str, ...]:
        """Names of the settings in force that change the way to the platform."""
        return tuple(name for name in _NAMED_KEYS if getattr(self, name))

    @model_validator(mode="after")
    def _over_tls(self) -> Self:
        if self.url.startswith("http:") and (self.server_pin or self.proxy or self.legacy_renegotiation):
            raise ValueError("server_pin, proxy and legacy_renegotiation are for https")
        return self


class Tls(Part):
    """The peer's CA, our certificate and key, and the password of the key or bundle.

    All are looked at while a client runs, and taken over when they change (docs/certificates.md).

    Attributes:
        ca: PEM.
        certificate: PEM, with the certificates between it and its CA where there are any.
        key: PEM; in the certificate's file where it is not named.
        bundle: PKCS #12 (.p12, .pfx) with certificate and key, instead of those two.
    """

    ca: str
    certificate: str | None = None
    key: str | None = None
    bundle: str | None = None
    password: SecretSource | None = None

    @model_validator(mode="after")
    def _one_certificate(self) -> Self:
        if self.bundle is not None and (self.certificate is not None or self.key is not None):
            raise ValueError("a bundle holds certificate and key; name it or those two")
        if self.certificate is None and self.key is not None:
            raise ValueError("a key without a certificate")
        if self.certificate is None and self.bundle is None and self.password is not None:
            raise ValueError("a password without a key")
        return self

    def files(self, directory: Path) -> tuple[Path, ...]:
        """Every file that is named here; relative names are below ``directory``."""
        password = None if self.password is None else self.password.file
        named = (self.ca, self.certificate, self.key, self.bundle, password)
        return tuple(directory / name for name in named if name is not None)


class Wire(Part):
    """Skin, dialect and formats; see `dancu.wire.skins` and `dancu.wire.services.spec.WireStyle`.

    Attributes:
        adapter: a skin of somebody else's, of the group ``dancu.skins``, instead of one of ours.
        request: form of the requests; by default the skin's.
    """

    skin: SkinName = "soap"
    adapter: AdapterName | None = None
    request: RequestForm | None = None
    dialect: Literal["auto", "live", "qcvn109"] = "auto"
    name: Literal["folded", "spaced", "raw"] = "folded"
    date: Literal["yyyymmdd", "iso"] = "yyyymmdd"
    empty_body: Literal["unavailable", "not_matched"] = "unavailable"

    @property
    def form(self) -> RequestForm:
        """The form in force."""
        return self.request or REQUEST_FORMS[self.skin]

    @model_validator(mode="after")
    def _private_skin_says_its_form(self) -> Self:
        if self.adapter is not None and self.request is None:
            raise ValueError("a private skin needs request = soap or json")
        return self


class Service(Part):
    """One service; see `dancu.wire.services.spec.ServiceSpec`.

    Attributes:
        adapter: of the group ``dancu.services``, where the service is somebody else's.
        fields: the fields it answers with, where they are fewer than such a service can hold.
    """

    path: Annotated[str, AfterValidator(_checked_path)]
    operation: ElementName
    integration: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
    fields_sent: Annotated[list[str], AfterValidator(_checked_elements)]
    registered_url: HeaderText | None = None
    namespace: HeaderText = OPERATION_NAMESPACE
    birth: BirthForm = "structured"
    adapter: AdapterName | None = None
    fields: Annotated[list[FieldName], Field(min_length=1)] | None = None


class Services(Part):
    """The services this platform offers: A, B, C and K of wire.md §1.1."""

    look_up: Service | None = None
    confirm: Service | None = None
    relatives: Service | None = None
    blood_group: Service | None = None

    @property
    def offered(self) -> dict[str, Service]:
        """Those that the profile describes, by name."""
        named: dict[str, Service | None] = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: one for name, one in named.items() if one is not None}


class Deadline(Part):
    """Seconds for a whole call, one attempt, and opening a connection."""

    call: Seconds = 20.0
    attempt: Seconds = 8.0
    connect: Seconds = 3.0


class AuditPart(Part):
    """Where the audit goes, and the keys under which persons are hashed in it and its lines are chained.

    Attributes:
        sink: ``file:PATH``, or ``none`` outside production.
        key: secret of the keyed hash and of the chain's MAC; default a file ``PATH.key``, made when it is missing.
        key_version: which one this is; counted up with a new key.
        signing_key: what the chain's checkpoints are signed with, 64 hexadecimal digits; default a file
            ``PATH.signing.key``, made when it is missing.
        checkpoints: ``file:PATH`` of a second place for them.
    """

    sink: Annotated[str, StringConstraints(pattern=r"^(?:none|file:[^\x00-\x1f]+)$")]
    key: SecretSource | None = None
    key_version: Annotated[int, Field(ge=1, le=999_999)] = 1
    signing_key: SecretSource | None = None
    checkpoints: Annotated[str, StringConstraints(pattern=r"^file:[^\x00-\x1f]+$")] | None = None


class Profile(Part):
    """One province's platform, as a file describes it.

    Attributes:
        directory: what relative file names are relative to; set by the loader.
    """

    environment: Literal["test", "production"]
    endpoint: Endpoint
    tls: Tls | None = None
    credential: CredentialPart
    wire: Wire = Wire()
    services: Services = Services()
    deadline: Deadline = Deadline()
    limits: Limits = Limits()
    retry: Retry = Retry()
    breaker: BreakerPart = BreakerPart()
    cache: CachePart = CachePart()
    audit: AuditPart
    directory: Annotated[Path, Field(exclude=True, strict=False)] = Path()

    @model_validator(mode="after")
    def _native_or_not(self) -> Self:
        native, offered = isinstance(self.credential, GatewayPart), self.services.offered
        if native and offered:
            raise ValueError("services are the gateway's own; a gateway profile lists none")
        if not native and not offered:
            raise ValueError("services: at least one of look_up, confirm, relatives and blood_group")
        if native and self.cache.enabled:
            raise ValueError("cache: the gateway keeps records; what its applications kept, its audit would not see")
        return self

    @model_validator(mode="after")
    def _known_to_its_gateway(self) -> Self:
        shown = self.tls is not None and (self.tls.certificate is not None or self.tls.bundle is not None)
        if isinstance(self.credential, GatewayPart) and self.credential.key is None and not shown:
            raise ValueError("credential: a key, or a certificate in tls")
        return self

    @model_validator(mode="after")
    def _one_host(self) -> Self:
        for name, url in self.credential.urls.items():
            if urlsplit(url).hostname != urlsplit(self.endpoint.url).hostname:
                raise ValueError(f"credential.{name} is on another host than the endpoint")
        return self

    @model_validator(mode="after")
    def _session_needs_json(self) -> Self:
        if isinstance(self.credential, PortalSessionPart) and self.wire.form != "json":
            raise ValueError("portal-session puts its session into JSON; wire.request is not json")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.environment == "production":
            if self.audit.sink == "none":
                raise ValueError("production is audited; audit.sink cannot be none")
            if self.audit.key is None:
                raise ValueError("production names its audit.key")
            if not self.endpoint.url.startswith("https:"):
                raise ValueError("production goes over https")
        return self
