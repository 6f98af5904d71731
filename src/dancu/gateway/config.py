"""What ``gateway.toml`` may say. Unknown keys are refused, and an error names the setting and not its value."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from dancu.errors import ConfigurationError
from dancu.gateway.inspection.part import InspectionPart
from dancu.gateway.operations_part import OperationsPart
from dancu.gateway.parts import (
    AgencyPart,
    ApplicationPart,
    ExchangePart,
    GrantPart,
    OfficersPart,
    RulesPart,
    ServiceName,
    Text,
)
from dancu.gateway.protection import ProtectionPart
from dancu.gateway.receipts import ReceiptsPart
from dancu.gateway.retention import KEEP_MONTHS, LEAST_MONTHS
from dancu.gateway.sharing import SharingPart
from dancu.gateway.syslog import SyslogPart
from dancu.profiles.parts import SecretSource

__all__ = ["ApplicationPart", "GatewayConfig", "GrantPart", "ServiceName", "load_config"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Listen(_Part):
    """Where the gateway listens: TLS, or plain http on the loopback where ``plain`` says so.

    Attributes:
        callers_ca: file of the CA of applications' client certificates, which ends in this process.
        crl: file of what that CA has revoked.
        socket: a Unix socket instead of a port, for a proxy that ends TLS and tells the client certificate; its
            directory decides who may be that proxy.
        patience: seconds that a request may take to come, from its first byte to its last; who is slower is cut off.
        linger: seconds after SIGTERM for which it still answers, and says that it is not ready.
    """

    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8443
    certificate: str | None = None
    key: str | None = None
    plain: bool = False
    callers_ca: str | None = None
    crl: str | None = None
    socket: str | None = None
    patience: Annotated[float, Field(gt=0, le=600, strict=False)] = 15.0
    linger: Annotated[float, Field(ge=0, le=60, strict=False)] = 0.0

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.plain and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("plain http is for the loopback only")
        if not self.plain and (self.certificate is None or self.key is None):
            raise ValueError("a certificate and a key, or plain = true on the loopback")
        if self.callers_ca is not None and self.plain:
            raise ValueError("callers_ca needs TLS")
        if self.crl is not None and self.callers_ca is None:
            raise ValueError("crl needs callers_ca")
        if self.socket is not None and not self.plain:
            raise ValueError("a socket is plain: the proxy ends TLS")
        return self


class Upstream(_Part):
    """The platform behind the gateway: a profile."""

    profile: str


class Audit(_Part):
    """The audit store: a SQLite database, and what its chain is kept with.

    Attributes:
        database: its file.
        key: secret of the chain's MAC; default a file ``DATABASE.key``, made when it is missing.
        key_version: which one this is; counted up with a new key.
        signing_key: what the checkpoints are signed with; default a file ``DATABASE.signing.key``, made likewise.
        checkpoints: ``file:PATH`` of a second place for them.
        keep_months: how long `dancu audit prune` leaves records where they are.
    """

    database: str
    key: SecretSource | None = None
    key_version: Annotated[int, Field(ge=1, le=999_999)] = 1
    signing_key: SecretSource | None = None
    checkpoints: Annotated[str, StringConstraints(pattern=r"^file:[^\x00-\x1f]+$")] | None = None
    keep_months: Annotated[int, Field(ge=LEAST_MONTHS, le=1200)] = KEEP_MONTHS


class GatewayConfig(_Part):
    """The whole file.

    Attributes:
        directory: what relative file names are relative to; set by the loader.
        source: the file itself; set by the loader.
    """

    listen: Listen
    upstream: Upstream
    audit: Audit
    operations: OperationsPart | None = None
    syslog: SyslogPart | None = None
    inspection: InspectionPart | None = None
    rules: RulesPart = RulesPart()
    protection: ProtectionPart = ProtectionPart()
    sharing: SharingPart = SharingPart()
    receipts: ReceiptsPart | None = None
    officers: OfficersPart | None = None
    exchange: ExchangePart | None = None
    agency: tuple[AgencyPart, ...] = Field(strict=False, default=())
    application: tuple[ApplicationPart, ...] = Field(strict=False, min_length=1)
    grant: tuple[GrantPart, ...] = Field(strict=False, default=())
    directory: Annotated[Path, Field(exclude=True, strict=False)] = Path()
    source: Annotated[Path | None, Field(exclude=True, strict=False)] = None

    @model_validator(mode="after")
    def _known_applications(self) -> Self:
        names = [one.name for one in self.application]
        if len(set(names)) != len(names):
            raise ValueError("two applications of one name")
        hashes = [one for part in self.application for one in part.key_hashes]
        if len(set(hashes)) != len(hashes):
            raise ValueError("two applications with one key")
        thumbprints = [one for part in self.application for one in part.certificates]
        thumbprints += () if self.exchange is None else self.exchange.certificates
        clients = [one.exchange_client for one in self.application if one.exchange_client is not None]
        if len(set(clients)) != len(clients) or (clients and self.exchange is None):
            raise ValueError("exchange_client needs [exchange], and a name of its own")
        if len(set(thumbprints)) != len(thumbprints):
            raise ValueError("two applications with one certificate")
        if any(grant.application not in names for grant in self.grant):
            raise ValueError("a grant for an application that is not listed")
        return self

    @model_validator(mode="after")
    def _known_agencies(self) -> Self:
        names = [one.name for one in self.agency]
        units = [unit for one in self.agency for unit in one.units]
        if len(set(names)) != len(names) or len(set(units)) != len(units):
            raise ValueError("two agencies of one name, or with one unit")
        if any(grant.agency not in {None, *names} for grant in self.grant):
            raise ValueError("a grant for an agency that is not listed")
        return self

    @model_validator(mode="after")
    def _kept_rules(self) -> Self:
        if self.rules.permissions_required and any(grant.permission is None for grant in self.grant):
            raise ValueError("a grant without a permission")
        if self.rules.sensitive_apart and any(grant.is_mixed for grant in self.grant):
            raise ValueError("a grant with sensitive fields among others")
        return self

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        shows = self.listen.callers_ca is not None or self.listen.socket is not None
        if not shows and (self.exchange is not None or any(one.certificates for one in self.application)):
            raise ValueError("certificates of applications need listen.callers_ca or listen.socket")
        signed = [one for one in self.application if one.officers == "signed"]
        signing = {unit for one in self.agency if one.sign_in is not None for unit in one.units}
        if any(unit not in signing for one in signed for unit in one.units):
            raise ValueError("signed officers need the sign_in of each unit's agency")
        return self


def load_config(path: Path) -> GatewayConfig:
    """Read a file.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the setting.
    """
    try:
        parts = tomllib.loads(path.read_text(encoding="utf-8"))
        return GatewayConfig.model_validate({**parts, "directory": path.resolve().parent, "source": path.resolve()})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ConfigurationError("profile_invalid", field="gateway", detail="not a readable TOML file") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "gateway"
        detail = first["msg"].removeprefix("Value error, ") if first["type"] == "value_error" else "not accepted"
        raise ConfigurationError("profile_invalid", field=place, detail=detail) from None
