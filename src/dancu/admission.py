"""From a profile's credential table to the flow of its family; secrets are read and checked here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from dancu.adapters import FamilyTools, load_adapter
from dancu.errors import ConfigurationError
from dancu.flows.access.client_credentials import ClientCredentials
from dancu.flows.access.esb import Esb
from dancu.flows.access.gateway_key import GatewayKey
from dancu.flows.access.hash_basic import HashBasic
from dancu.flows.access.header_key import HeaderKey
from dancu.flows.access.jwt_login import JwtLogin
from dancu.flows.access.kept_token import KeptToken
from dancu.flows.access.lgsp_token import LgspToken
from dancu.flows.access.portal_session import PortalSession
from dancu.flows.access.xroad import XRoad
from dancu.profiles.credentials import (
    AdapterPart,
    ClientCredentialsPart,
    EsbPart,
    GatewayPart,
    HashBasicPart,
    HeaderKeyPart,
    JwtLoginPart,
    LgspTokenPart,
    PortalSessionPart,
    XRoadPart,
)
from dancu.profiles.loader import read_secret
from dancu.profiles.parts import SecretSource
from dancu.wire.tokens import AccessKey

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.flows.access.contract import Credential
    from dancu.flows.context import Clock
    from dancu.privacy import Secret
    from dancu.profiles.credentials import CredentialPart

__all__ = ["admission"]

_HEADER = re.compile(r"[!-~](?:[ -~]*[!-~])?")


def admission(part: CredentialPart, directory: Path, *, clock: Clock) -> Credential:
    """How a profile's client is let in; ``directory`` is what its file names are relative to.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the secret that cannot be had or sent.
    """
    at = _Place(directory, clock)
    match part:
        case HashBasicPart():
            return _hash_basic(part, at)
        case XRoadPart():
            api_key = None if part.api_key is None else at.header(part.api_key, "api_key")
            return XRoad(_hash_basic(part, at), part.x_road_client, api_key)
        case EsbPart():
            return Esb(_hash_basic(part, at), part.source_type)
        case LgspTokenPart():
            return LgspToken(part.token_url, _access_key(part, at), at.kept(part))
        case HeaderKeyPart():
            return HeaderKey(_access_key(part, at), part.names)
        case ClientCredentialsPart():
            return _client_credentials(part, at)
        case JwtLoginPart():
            return _jwt_login(part, at)
        case PortalSessionPart():
            return _portal_session(part, at)
        case GatewayPart():
            return GatewayKey(part.application, None if part.key is None else at.header(part.key, "key"))
        case AdapterPart():
            return _adapter(part, at)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a credential is made: its directory and its clocks."""

    directory: Path
    clock: Clock

    def text(self, source: SecretSource, name: str) -> Secret:
        """A secret that goes into a hash, a form or JSON, under Base64 or not: printable, so no line end."""
        field = f"credential.{name}"
        secret = read_secret(source, self.directory, field)
        if not secret.reveal().isprintable():
            raise ConfigurationError("profile_invalid", field=field, detail="not printable text")
        return secret

    def header(self, source: SecretSource, name: str) -> Secret:
        """A secret that goes into a header as it is."""
        field = f"credential.{name}"
        secret = read_secret(source, self.directory, field)
        if _HEADER.fullmatch(secret.reveal()) is None:
            raise ConfigurationError("profile_invalid", field=field, detail="cannot stand in a header")
        return secret

    def kept(self, part: CredentialPart) -> KeptToken:
        """Room for the family's token."""
        return KeptToken(f"token:{part.family}", self.clock.monotonic)

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock.now().timestamp()


def _adapter(part: AdapterPart, at: _Place) -> Credential:
    def secret(name: str) -> Secret:
        try:
            source = SecretSource.model_validate(part.settings.get(name))
        except ValidationError:
            where = f"credential.settings.{name}"
            raise ConfigurationError("profile_invalid", field=where, detail="says where no secret lies") from None
        return at.text(source, f"settings.{name}")

    family = load_adapter("families", part.name, field="credential.name")
    credential: Credential = family(dict(part.settings), FamilyTools(secret, at.now, at.clock.monotonic))
    return credential


def _hash_basic(part: HashBasicPart | XRoadPart | EsbPart, at: _Place) -> HashBasic:
    return HashBasic(part.user, at.text(part.secret, "secret"), at.now, part.timestamp)


def _access_key(part: LgspTokenPart | HeaderKeyPart, at: _Place) -> AccessKey:
    secret_key = at.text(part.secret_key, "secret_key")
    return AccessKey(part.access_key, secret_key, part.app_name, part.partner_code, part.partner_code_cus)


def _client_credentials(part: ClientCredentialsPart, at: _Place) -> ClientCredentials:
    return ClientCredentials(
        token_url=part.token_url,
        client_id=part.client_id,
        client_secret=at.text(part.client_secret, "client_secret"),
        secret_in=part.secret_in,
        scope=part.scope,
        kept=at.kept(part),
    )


def _jwt_login(part: JwtLoginPart, at: _Place) -> JwtLogin:
    return JwtLogin(
        login_url=part.login_url,
        refresh_url=part.refresh_url,
        user=part.user,
        password=at.text(part.password, "password"),
        quoted=part.quoted,
        now=at.now,
        kept=at.kept(part),
    )


def _portal_session(part: PortalSessionPart, at: _Place) -> PortalSession:
    return PortalSession(
        login_url=part.login_url,
        user=part.user,
        password=at.text(part.password, "password"),
        unit=part.unit,
        destination=part.destination,
        session_life=part.session_life,
        kept=at.kept(part),
    )
