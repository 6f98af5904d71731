"""Who the officer is: an access token of their agency's sign-in, and the officer table of the province.

A token says who; the table says whether they may ask: listed, in their unit, under an undertaking that is not too old,
and not revoked. Nobody is asked over the network: public keys and table are files, and a change of either is in force
within a second (`dancu.gateway.rules`).
"""

from __future__ import annotations

import base64
import csv
import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from dancu.errors import ConfigurationError
from dancu.gateway.jws import JwsRefused, read_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from dancu.gateway.jws import PublicKeys
    from dancu.gateway.parts import ExchangePart, SignInPart

__all__ = [
    "Exchange",
    "OfficerRefused",
    "OfficerRow",
    "OfficerTable",
    "Reason",
    "SignIn",
    "Signed",
    "read_jwks",
    "read_table",
]

Reason = Literal[
    "token_missing",
    "token_unreadable",
    "token_of_another",
    "token_expired",
    "token_too_long",
    "token_of_another_application",
    "token_of_another_certificate",
    "token_level",
    "token_replayed",
    "token_unchecked",
    "another_officer",
    "not_listed",
    "another_unit",
    "undertaking_ended",
    "revoked",
    "table_stale",
]
COLUMNS = ("officer", "unit", "undertaking", "revoked")
LONGEST_SECONDS = 600
"""The longest life of a token, from ``iat`` to ``exp``."""
ONCE_SECONDS = 60
"""How far from now the ``iat`` of a token for one call may be."""
_SKEW_SECONDS = 5
_MOST_ROWS = 100_000


class OfficerRefused(Exception):
    """The officer may not ask, or is not known to be who they are said to be."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Signed:
    """What a good token said.

    Attributes:
        officer: as the officer table names them.
        once: issuer, ``jti`` and the second until which it must be remembered; None where it may be shown again.
    """

    officer: str
    once: tuple[str, str, float] | None


class SignIn:
    """Tokens of one agency's officers."""

    def __init__(self, part: SignInPart, keys: PublicKeys) -> None:
        self._part = part
        self._keys = keys

    def read(self, token: str | None, *, client: str, certificate: str | None, now: float) -> Signed:
        """The officer of an access token.

        Args:
            token: as it came.
            client: whom it must have been issued to.
            certificate: SHA-256 of the connection's client certificate, hexadecimal, which a token that is bound to
                one must name (RFC 8705).
            now: seconds since 1970.

        Raises:
            OfficerRefused: it is not good here and now.
        """
        claims = _claims(token, self._keys, now=now, longest=LONGEST_SECONDS)
        _check_parties(claims, self._part)
        self._check_words(claims, client)
        _check_bound(claims, certificate, must_be=self._part.bound)
        return Signed(self._officer(claims), self._once(claims, _seconds(claims, "iat"), now))

    def _check_words(self, claims: Mapping[str, Any], client: str) -> None:
        if claims.get("azp", claims.get("client_id")) != client:
            raise OfficerRefused("token_of_another_application")
        if self._part.level is not None and claims.get("acr") != self._part.level:
            raise OfficerRefused("token_level")

    def _officer(self, claims: Mapping[str, Any]) -> str:
        found = claims.get(self._part.officer)
        if not isinstance(found, str) or not found:
            raise OfficerRefused("token_unreadable")
        return found

    def _once(self, claims: Mapping[str, Any], begins: float, now: float) -> tuple[str, str, float] | None:
        if not self._part.once:
            return None
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti:
            raise OfficerRefused("token_unreadable")
        if abs(now - begins) > ONCE_SECONDS:
            raise OfficerRefused("token_expired")
        return self._part.issuer, jti, begins + 2 * ONCE_SECONDS


class Exchange:
    """Tokens of the provincial platform, which say what application asks through it."""

    def __init__(self, part: ExchangePart, keys: PublicKeys) -> None:
        self._keys = keys
        self.part = part

    def client_of(self, token: str | None, *, now: float) -> str | None:
        """What the token calls the application; None where it is not good; ``now`` in seconds since 1970."""
        try:
            claims = _claims(token, self._keys, now=now, longest=self.part.longest_seconds)
            _check_parties(claims, self.part)
        except OfficerRefused:
            return None
        found = claims.get(self.part.client)
        return found if isinstance(found, str) else None


def _claims(token: str | None, keys: PublicKeys, *, now: float, longest: float) -> dict[str, Any]:
    """What a token says that was signed, and is good now.

    Raises:
        OfficerRefused: it is not.
    """
    if token is None:
        raise OfficerRefused("token_missing")
    try:
        claims = keys.verified(token)
    except JwsRefused:
        raise OfficerRefused("token_unreadable") from None
    begins, ends = _seconds(claims, "iat"), _seconds(claims, "exp")
    if not begins - _SKEW_SECONDS <= now < ends or _seconds(claims, "nbf", begins) > now + _SKEW_SECONDS:
        raise OfficerRefused("token_expired")
    if ends - begins > longest:
        raise OfficerRefused("token_too_long")
    return claims


def _check_parties(claims: Mapping[str, Any], part: SignInPart | ExchangePart) -> None:
    audience = claims.get("aud")
    audiences = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    if claims.get("iss") != part.issuer or part.audience not in audiences:
        raise OfficerRefused("token_of_another")


def _check_bound(claims: Mapping[str, Any], certificate: str | None, *, must_be: bool) -> None:
    """Whoever stole a bound token has not the key of its certificate."""
    if "cnf" not in claims and not must_be:
        return
    shown = None if certificate is None else base64.urlsafe_b64encode(bytes.fromhex(certificate)).decode().rstrip("=")
    confirmed = claims.get("cnf")
    named = cast("dict[str, object]", confirmed).get("x5t#S256") if isinstance(confirmed, dict) else None
    if shown is None or named != shown:
        raise OfficerRefused("token_of_another_certificate")


def _seconds(claims: Mapping[str, Any], name: str, default: float | None = None) -> float:
    found = claims.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise OfficerRefused("token_unreadable")
    return float(found)


def read_jwks(path: Path, *, setting: str) -> PublicKeys:
    """A file of public keys.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the setting.
    """
    try:
        return read_keys(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigurationError("profile_invalid", field=setting, detail="not a file of public keys") from None


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One officer of the table.

    Attributes:
        unit: where they work.
        undertaking: the day on which they signed theirs.
        revoked: from when on they may not ask, UTC; None while they may.
    """

    officer: str
    unit: str
    undertaking: datetime.date
    revoked: datetime.datetime | None


class OfficerTable:
    """All officers of a province, by code."""

    def __init__(self, rows: Iterable[OfficerRow], *, undertaking_months: int) -> None:
        self._rows = {row.officer: row for row in rows}
        self._months = undertaking_months

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def check(self, officer: str, *, now: datetime.datetime, day: datetime.date) -> OfficerRow:
        """The officer's row, if they may ask now; ``day`` is today in Viet Nam.

        Raises:
            OfficerRefused: they may not.
        """
        row = self._rows.get(officer)
        if row is None:
            raise OfficerRefused("not_listed")
        if row.revoked is not None and row.revoked <= now:
            raise OfficerRefused("revoked")
        if not row.undertaking <= day < _months_after(row.undertaking, self._months):
            raise OfficerRefused("undertaking_ended")
        return row


def _months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later; the first of the next where a month has none such."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return day.replace(year=day.year + years, month=month + 2, day=1)


def read_table(path: Path, *, undertaking_months: int) -> OfficerTable:
    """Read an officer table: CSV in UTF-8, a header, days as yyyy-mm-dd, a revocation as a moment with its offset.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the line, never what stands in it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, ValueError, csv.Error):
        raise _off("not a readable CSV file in UTF-8") from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise _off(f"the first line is {','.join(COLUMNS)}")
    if len(rows) > _MOST_ROWS:
        raise _off(f"more than {_MOST_ROWS} lines")
    found = [_row(cells, line) for line, cells in enumerate(rows[1:], 2) if cells]
    if len({row.officer for row in found}) != len(found):
        raise _off("an officer stands twice")
    return OfficerTable(found, undertaking_months=undertaking_months)


def _row(cells: list[str], line: int) -> OfficerRow:
    try:
        officer, unit, undertaking, revoked = (cell.strip() for cell in cells)
        moment = datetime.datetime.fromisoformat(revoked) if revoked else None
        day = datetime.date.fromisoformat(undertaking)
    except ValueError:
        raise _off(f"line {line}: four cells, yyyy-mm-dd, and a moment with its offset") from None
    if not officer or not unit or (moment is not None and moment.tzinfo is None):
        raise _off(f"line {line}: four cells, yyyy-mm-dd, and a moment with its offset")
    return OfficerRow(officer, unit, day, moment)


def _off(detail: str) -> ConfigurationError:
    return ConfigurationError("profile_invalid", field="officers.table", detail=detail)
