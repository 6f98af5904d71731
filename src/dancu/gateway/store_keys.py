"""The audit store of a configuration, and the keys that it is sealed with; those that nobody named are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.gateway.store import SqliteSink
from dancu.profiles.audit_keys import audit_key, chain_keys

if TYPE_CHECKING:
    from dancu.gateway.config import GatewayConfig
    from dancu.policy.chain import ChainKeys

__all__ = ["open_store", "store_keys"]

_SETTING = "audit.database"


def store_keys(config: GatewayConfig) -> ChainKeys:
    """What the store's lines are chained with.

    Raises:
        ConfigurationError: naming the setting.
    """
    part, at = config.audit, config.directory
    log = at / part.database
    key = audit_key(part.key, log=log, directory=at, setting=_SETTING)
    return chain_keys(key, version=part.key_version, signing=part.signing_key, log=log, directory=at, setting=_SETTING)


def open_store(config: GatewayConfig) -> SqliteSink:
    """The audit store, with its keys and the second place of its checkpoints.

    Raises:
        ConfigurationError: naming the setting.
    """
    part, at = config.audit, config.directory
    second = None if part.checkpoints is None else at / part.checkpoints.removeprefix("file:")
    return SqliteSink(at / part.database, keys=store_keys(config), checkpoints=second)
