"""Who may ask what, as the files say it now: read again within a second of a change, kept where they cannot be used.

::

    in force ──a file changed──► read and checked ──► in force
       ▲                            │ unusable, or it asks for a restart
       └────────── kept ◄───────────┘   and `trouble` says why

What the gateway listens on, its platforms and its audit do not change under it: such a change waits for a restart, and
so does all else in that file. The officer table is read again all the same, so that a revocation waits for nothing. One
that cannot be read for five minutes lets nobody through: it may be the one that revokes them (security.md T15).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.applications import Applications
from dancu.gateway.config import load_config
from dancu.gateway.grants import Grants
from dancu.gateway.officers import Exchange, SignIn, read_jwks, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from dancu.gateway.config import GatewayConfig
    from dancu.gateway.officers import OfficerTable

    Stamp: TypeAlias = tuple[tuple[int, ...] | None, ...]

__all__ = ["LOOK_SECONDS", "RETRY_SECONDS", "STALE_SECONDS", "LiveRules", "Rules", "read_rules"]

LOOK_SECONDS = 1.0
"""The files are looked at this often at most."""
RETRY_SECONDS = 30.0
"""Files that cannot be used are tried again after this time even when nobody touched them."""
STALE_SECONDS = 300.0
"""How long an officer table that cannot be read again is still believed."""
_LIVE = frozenset({"application", "grant", "agency", "officers", "rules", "exchange", "source"})
_LOGGER = logging.getLogger("dancu.gateway.rules")
_LOGGER.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides who may ask what.

    Attributes:
        config: what they were made from.
        applications, grants: of it.
        table: the officer table, or None.
        sign_ins: of units whose agency has one.
        exchange: the platform through which applications may come, or None.
    """

    config: GatewayConfig
    applications: Applications
    grants: Grants
    table: OfficerTable | None
    sign_ins: Mapping[str, SignIn]
    exchange: Exchange | None


def read_rules(config: GatewayConfig) -> Rules:
    """Rules with the files that they name.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the setting.
    """
    at, part = config.directory, config.officers
    table = None
    if part is not None:
        table = read_table(at / part.table, undertaking_months=part.undertaking_months)
    sign_ins: dict[str, SignIn] = {}
    for agency in config.agency:
        if agency.sign_in is not None:
            keys = read_jwks(at / agency.sign_in.jwks, setting=f"agency.{agency.name}.sign_in.jwks")
            one = SignIn(agency.sign_in, keys)
            sign_ins |= dict.fromkeys(agency.units, one)
    exchange = None
    if config.exchange is not None:
        exchange = Exchange(config.exchange, read_jwks(at / config.exchange.jwks, setting="exchange.jwks"))
    grants = Grants(config.grant, applications=config.application, agencies=config.agency)
    return Rules(config, Applications(config.application), grants, table, sign_ins, exchange)


class LiveRules:
    """The rules in force, in one event loop.

    Args:
        config: the first.
        monotonic: seconds.

    Attributes:
        trouble: why the newest files are not in force, or None.

    Raises:
        ConfigurationError: the first ones cannot be used.
    """

    def __init__(self, config: GatewayConfig, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._stamp = _stamp(config)
        self._rules = read_rules(config)
        self._looked = self._taken = self._table_good = monotonic()
        self._is_readable = True
        self.trouble: ConfigurationError | None = None

    @property
    def current(self) -> Rules:
        """Those in force, after a look at the files where the last was a second ago."""
        now = self._monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._look(now)
        return self._rules

    @property
    def is_table_stale(self) -> bool:
        """Whether the officer table has been unreadable for too long."""
        return self._looked - self._table_good > STALE_SECONDS

    def _look(self, now: float) -> None:
        stamp = _stamp(self._rules.config)
        is_due = self.trouble is not None and now - self._taken >= RETRY_SECONDS
        if stamp != self._stamp or is_due:
            self._taken = now
            self._take()
            self._stamp = _stamp(self._rules.config)
        if self._is_readable:
            self._table_good = now

    def _take(self) -> None:
        """Take over what can be used: the new file with what it names, or else what the old one names."""
        before, old = self.trouble, self._rules.config
        self.trouble, self._is_readable = None, False
        for find in (_newer, _same):
            try:
                self._rules = read_rules(find(old))
            except ConfigurationError as error:
                self.trouble = self.trouble or error
            else:
                self._is_readable = True
                break
        if self.trouble is None:
            _LOGGER.warning("rules read again")
        elif before is None or (before.field, before.detail) != (self.trouble.field, self.trouble.detail):
            _LOGGER.error("rules kept: %s, %s", self.trouble.field, self.trouble.detail)


def _newer(old: GatewayConfig) -> GatewayConfig:
    """The file as it is now.

    Raises:
        ConfigurationError: it cannot be used, or asks for a restart.
    """
    if old.source is None:
        return old
    new = load_config(old.source)
    _check_live(old, new)
    return new


def _same(old: GatewayConfig) -> GatewayConfig:
    return old


def _check_live(old: GatewayConfig, new: GatewayConfig) -> None:
    for name in type(old).model_fields:
        if name not in _LIVE and getattr(old, name) != getattr(new, name):
            raise ConfigurationError("profile_invalid", field=name, detail="a change here needs a restart")
    ways = [{one.name: one.profile for one in config.agency if one.profile is not None} for config in (old, new)]
    if ways[0] != ways[1]:
        raise ConfigurationError("profile_invalid", field="agency.profile", detail="a change here needs a restart")


def _stamp(config: GatewayConfig) -> Stamp:
    at = config.directory
    paths = [] if config.source is None else [config.source]
    paths += [] if config.officers is None else [at / config.officers.table]
    paths += [] if config.exchange is None else [at / config.exchange.jwks]
    paths += [at / one.sign_in.jwks for one in config.agency if one.sign_in is not None]
    return tuple(_state(path) for path in paths)


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
