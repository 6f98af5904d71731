"""What ``gateway.toml`` may say. Unknown keys are refused, and an error names the setting and not its value."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from dancu.domain.fields import FieldName
from dancu.errors import ConfigurationError
from dancu.profiles.parts import SecretSource

__all__ = ["ApplicationPart", "GatewayConfig", "GrantPart", "ServiceName", "load_config"]

ServiceName = Literal["look_up", "confirm", "verify", "relatives", "blood_group", "prefill"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Listen(_Part):
    """Where the gateway listens: TLS, or plain http on the loopback where ``plain`` says so."""

    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8443
    certificate: str | None = None
    key: str | None = None
    plain: bool = False

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.plain and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("plain http is for the loopback only")
        if not self.plain and (self.certificate is None or self.key is None):
            raise ValueError("a certificate and a key, or plain = true on the loopback")
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
    """

    database: str
    key: SecretSource | None = None
    key_version: Annotated[int, Field(ge=1, le=999_999)] = 1
    signing_key: SecretSource | None = None
    checkpoints: Annotated[str, StringConstraints(pattern=r"^file:[^\x00-\x1f]+$")] | None = None


class ApplicationPart(_Part):
    """An application that may ask.

    Attributes:
        key_sha256: hash of its key, as ``dancu gateway key`` printed it.
        units: codes of the units for which it may ask.
        per_second: its steady rate.
    """

    name: Name
    key_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    units: tuple[Text, ...] = Field(strict=False, min_length=1)
    per_second: Annotated[float, Field(gt=0, le=10_000, strict=False)] = 10.0


class GrantPart(_Part):
    """What an application may ask for in one procedure; everything else is denied."""

    application: Name
    procedure: Text
    service: ServiceName
    fields: tuple[FieldName, ...] = Field(strict=False, default=())


class GatewayConfig(_Part):
    """The whole file.

    Attributes:
        directory: what relative file names are relative to; set by the loader.
    """

    listen: Listen
    upstream: Upstream
    audit: Audit
    application: tuple[ApplicationPart, ...] = Field(strict=False, min_length=1)
    grant: tuple[GrantPart, ...] = Field(strict=False, default=())
    directory: Annotated[Path, Field(exclude=True, strict=False)] = Path()

    @model_validator(mode="after")
    def _known_applications(self) -> Self:
        names = [one.name for one in self.application]
        if len(set(names)) != len(names):
            raise ValueError("two applications of one name")
        if len({one.key_sha256 for one in self.application}) != len(names):
            raise ValueError("two applications with one key")
        if any(grant.application not in names for grant in self.grant):
            raise ValueError("a grant for an application that is not listed")
        return self


def load_config(path: Path) -> GatewayConfig:
    """Read a file.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the setting.
    """
    try:
        parts = tomllib.loads(path.read_text(encoding="utf-8"))
        return GatewayConfig.model_validate({**parts, "directory": path.resolve().parent})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ConfigurationError("profile_invalid", field="gateway", detail="not a readable TOML file") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "gateway"
        detail = first["msg"].removeprefix("Value error, ") if first["type"] == "value_error" else "not accepted"
        raise ConfigurationError("profile_invalid", field=place, detail=detail) from None
