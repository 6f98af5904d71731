"""What the tables of a profile are made of: strict models, URLs, header texts, and where a secret lies."""

from __future__ import annotations

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = ["AdapterName", "CalledUrl", "HeaderText", "HostName", "Part", "Seconds", "SecretSource", "Url"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_URL_TEXT = re.compile(r"[!-~]+")


def _checked_name(name: str) -> str:
    try:
        name.encode("idna")
    except UnicodeError:
        raise ValueError("a host name") from None
    return name


HeaderText = Annotated[
    str, StringConstraints(min_length=1, max_length=256, pattern=r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$")
]
AdapterName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]

Seconds = Annotated[float, Field(gt=0, le=3600, strict=False)]

HostName = Annotated[HeaderText, AfterValidator(_checked_name)]


class Part(BaseModel):
    """A table: its settings are frozen, strict in their types, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # What urlsplit says repeats the URL.
        raise ValueError("an absolute https URL") from None
    if not (_URL_TEXT.fullmatch(url) and parts.scheme in {"https", "http"} and parts.hostname) or port == 0:
        raise ValueError("an absolute https URL")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("plain http goes to loopback only")
    _checked_name(parts.hostname)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("no user, query or fragment in the URL")
    return url if url.endswith("/") else f"{url}/"


def _without_slash(url: str) -> str:
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_checked_url)]
"""An absolute URL, https or http to loopback, with a slash at its end; what is below it is called."""

CalledUrl = Annotated[Url, AfterValidator(_without_slash)]
"""The same without the slash: it is called itself."""


class SecretSource(Part):
    """Where a secret lies; never in the profile.

    Attributes:
        file: a private file.
        env: an environment variable.
        credential: a file of the directory that the system names in ``CREDENTIALS_DIRECTORY``
            (systemd's ``LoadCredential=``).
    """

    file: str | None = None
    env: str | None = None
    credential: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,255}$")] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(place is not None for place in (self.file, self.env, self.credential)) != 1:
            raise ValueError("exactly one of file, env and credential")
        return self
