"""The credential families a profile may name, and the settings of each (wire.md §2.1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from dancu.profiles.parts import AdapterName, CalledUrl, HeaderText, Part, SecretSource

__all__ = [
    "FAMILIES",
    "AdapterPart",
    "ClientCredentialsPart",
    "CredentialPart",
    "EsbPart",
    "GatewayPart",
    "HashBasicPart",
    "HeaderKeyPart",
    "JwtLoginPart",
    "LgspTokenPart",
    "PortalSessionPart",
    "XRoadPart",
]

_NO_COLON = "no colon: Basic ends the user at the first"
Life = Annotated[float, Field(gt=0, le=86400, strict=False)]
Scope = Annotated[str, StringConstraints(max_length=256, pattern=r"^[!#-\[\]-~]+(?: [!#-\[\]-~]+)*$")]
"""Names with one blank between them (RFC 6749 §3.3)."""


def _checked_user(user: str) -> str:
    if ":" in user:
        raise ValueError(_NO_COLON)
    return user


BasicUser = Annotated[HeaderText, AfterValidator(_checked_user)]


class _Credential(Part):
    @property
    def urls(self) -> dict[str, str]:
        """The addresses that are sent secrets besides the services: its settings that end in ``_url``."""
        named = {name: getattr(self, name) for name in type(self).model_fields if name.endswith("_url")}
        return {name: url for name, url in named.items() if url is not None}


class _Hashed(_Credential):
    user: BasicUser
    secret: SecretSource
    timestamp: Literal["milliseconds", "seconds"] = "milliseconds"


class HashBasicPart(_Hashed):
    """T1, hash Basic; see `dancu.flows.access.hash_basic`."""

    family: Literal["hash-basic"]


class XRoadPart(_Hashed):
    """T1x, hash Basic below X-Road; see `dancu.flows.access.xroad`."""

    family: Literal["xroad"]
    x_road_client: HeaderText
    api_key: SecretSource | None = None


class EsbPart(_Hashed):
    """T1e, hash Basic below a service bus; see `dancu.flows.access.esb`."""

    family: Literal["esb"]
    source_type: HeaderText


class LgspTokenPart(_Credential):
    """T2, a key header and a token; see `dancu.flows.access.lgsp_token`."""

    family: Literal["lgsp-token"]
    token_url: CalledUrl
    access_key: HeaderText
    secret_key: SecretSource
    app_name: HeaderText
    partner_code: HeaderText
    partner_code_cus: HeaderText


class HeaderKeyPart(_Credential):
    """T3, the key in ``Authorization``; see `dancu.flows.access.header_key`.

    Attributes:
        names: of the members: ``long`` (five), or ``short`` (three, without partner codes).
    """

    family: Literal["header-key"]
    names: Literal["long", "short"] = "long"
    access_key: HeaderText
    secret_key: SecretSource
    app_name: HeaderText
    partner_code: HeaderText | None = None
    partner_code_cus: HeaderText | None = None

    @model_validator(mode="after")
    def _members(self) -> Self:
        given = [code is not None for code in (self.partner_code, self.partner_code_cus)]
        if self.names == "long" and not all(given):
            raise ValueError("names = long needs partner_code and partner_code_cus")
        if self.names == "short" and any(given):
            raise ValueError("names = short has no partner_code and no partner_code_cus")
        return self


class ClientCredentialsPart(_Credential):
    """T4, OAuth 2 client credentials; see `dancu.flows.access.client_credentials`."""

    family: Literal["client-credentials"]
    token_url: CalledUrl
    client_id: HeaderText
    client_secret: SecretSource
    secret_in: Literal["header", "form"] = "header"  # noqa: S105  # a place
    scope: Scope | None = None

    @model_validator(mode="after")
    def _fit_for_basic(self) -> Self:
        if self.secret_in == "header" and ":" in self.client_id:  # noqa: S105  # a place
            raise ValueError(f"client_id: {_NO_COLON}")
        return self


class JwtLoginPart(_Credential):
    """T5, a login that answers with a JWT; see `dancu.flows.access.jwt_login`.

    Attributes:
        quoted: whether the token goes out in apostrophes.
    """

    family: Literal["jwt-login"]
    login_url: CalledUrl
    refresh_url: CalledUrl | None = None
    user: HeaderText
    password: SecretSource
    quoted: bool = False


class PortalSessionPart(_Credential):
    """T6, a session in every JSON body; see `dancu.flows.access.portal_session`.

    Attributes:
        unit: sent as ``madonvi``.
        destination: sent as ``dstcode``.
        session_life: seconds.
    """

    family: Literal["portal-session"]
    login_url: CalledUrl
    user: HeaderText
    password: SecretSource
    unit: HeaderText
    destination: HeaderText
    session_life: Life = 1800.0


class GatewayPart(_Credential):
    """An application at a gateway of ours; see `dancu.flows.access.gateway_key`.

    Attributes:
        key: as ``dancu gateway key`` showed it once; None where the gateway knows the application by its certificate.
    """

    family: Literal["gateway"]
    application: HeaderText
    key: SecretSource | None = None


class AdapterPart(_Credential):
    """A family of somebody else's; see `dancu.adapters`.

    Attributes:
        name: of the entry point in the group ``dancu.families``.
        settings: what that family wants to know; a table of one of ``file``, ``env`` and ``credential`` is a secret.
    """

    family: Literal["adapter"]
    name: AdapterName
    settings: dict[str, Any] = Field(default_factory=dict[str, Any])


CredentialPart = Annotated[
    HashBasicPart
    | XRoadPart
    | EsbPart
    | LgspTokenPart
    | HeaderKeyPart
    | ClientCredentialsPart
    | JwtLoginPart
    | PortalSessionPart
    | GatewayPart
    | AdapterPart,
    Field(discriminator="family"),
]
FAMILIES = (
    "hash-basic",
    "xroad",
    "esb",
    "lgsp-token",
    "header-key",
    "client-credentials",
    "jwt-login",
    "portal-session",
    "gateway",
    "adapter",
)
"""The credential families a profile may name."""
