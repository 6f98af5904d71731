"""A gateway at one moment, as plain values: for `dancu gateway status`, and for the console's page."""

from __future__ import annotations

import asyncio
import datetime
import socket
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from dancu.gateway.daemons import in_daemon
from dancu.gateway.entries import last_checkpoint, last_entries
from dancu.gateway.readiness_checks import certificate_finding
from dancu.gateway.traffic import MINUTES

if TYPE_CHECKING:
    from dancu.gateway.config import GatewayConfig
    from dancu.gateway.gateway import Gateway
    from dancu.gateway.listening import Listening
    from dancu.gateway.parts import GrantPart
    from dancu.gateway.upstream_views import UpstreamView

__all__ = ["snapshot"]

_NOW_MINUTES = 5
_DISK_SECONDS = 1.0


async def snapshot(gateway: Gateway) -> dict[str, Any]:
    """Everything that the console shows; nobody's personal data is in it, nor any key or hash of one.

    Times are UTC in ISO 8601; ``traffic`` is of the last 5 minutes and of the last hour.
    """
    report, now = await gateway.readiness.look(), datetime.datetime.now(datetime.UTC)
    metrics, config, views = gateway.metrics, gateway.config, gateway.upstream_views()
    started = datetime.datetime.fromtimestamp(metrics.started, datetime.UTC)
    return {
        **report.told(),
        "version": version("dancu"),
        "node": socket.gethostname(),
        "time": _iso(now),
        "started": _iso(started),
        "uptime_seconds": int((now - started).total_seconds()),
        "traffic": {"last_5_minutes": _traffic(gateway, _NOW_MINUTES), "last_hour": _traffic(gateway, MINUTES)},
        "results": metrics.total("dancu_calls_total", "result"),
        "cache": metrics.total("dancu_cache_reads_total", "state"),
        "upstreams": [_upstream(view, now) for view in views],
        "certificates": _certificates(gateway.listening, views, now),
        "applications": _applications(config),
        "audit": await _audit_in_time(config),
    }


async def _audit_in_time(config: GatewayConfig) -> dict[str, Any]:
    """Nothing where the disk does not answer; readiness says so."""
    try:
        async with asyncio.timeout(_DISK_SECONDS):
            return await in_daemon(lambda: _audit(config))
    except TimeoutError:
        return {"checkpoint": None, "entries": []}


def _iso(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _traffic(gateway: Gateway, minutes: int) -> list[dict[str, Any]]:
    found = gateway.metrics.traffic.within(minutes, until=int(time.time() // 60))
    return [
        {
            "application": one.application,
            "asked": one.asked,
            "answered": one.answered,
            "refused": one.refused,
            "failed": one.failed,
        }
        for one in found
    ]


def _upstream(view: UpstreamView, now: datetime.datetime) -> dict[str, Any]:
    guards = view.guards
    return {
        "agency": view.agency,
        "breaker": view.breaker,
        "inside": view.inside,
        "parallel": None if guards is None else guards.limits.rule.parallel,
        "spent_today": view.spent(now),
        "per_day": view.per_day,
    }


def _certificates(
    listening: Listening | None, views: tuple[UpstreamView, ...], now: datetime.datetime
) -> list[dict[str, Any]]:
    ends = {view.about_certificate: view.not_after for view in views}
    if listening is not None:
        ends = {"listen.certificate": listening.current.not_after, **ends}
    return [
        {"name": name, "ends": _iso(end), "days": (end - now).days, "state": certificate_finding(name, end - now).state}
        for name, end in ends.items()
        if end is not None
    ]


def _applications(config: GatewayConfig) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "banned": one.banned,
            "key_count": len(one.key_hashes),
            "old_key_until": None if one.old_key is None else _iso(one.old_key.until),
            "certificate_count": len(one.certificates),
            "officers": one.officers,
            "units": list(one.units),
            "per_second": one.per_second,
            "grants": [_grant(grant) for grant in config.grant if grant.application == one.name],
        }
        for one in config.application
    ]


def _grant(grant: GrantPart) -> dict[str, Any]:
    permission = grant.permission
    return {
        "procedure": grant.procedure,
        "service": grant.service,
        "agency": grant.agency or "",
        "fields": sorted(grant.fields),
        "permission": "" if permission is None else permission.reference,
        "until": None if permission is None else permission.until.isoformat(),
    }


def _audit(config: GatewayConfig) -> dict[str, Any]:
    path = config.directory / config.audit.database
    units = {unit for one in config.application for unit in one.units}
    known = units | {one.name for one in config.application} | {grant.procedure for grant in config.grant}
    entries = last_entries(path, known=known)
    signed = last_checkpoint(path)
    return {"checkpoint": None if signed is None else signed[0], "entries": [one.told() for one in entries]}
