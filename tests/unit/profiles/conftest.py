"""A profile that says everything, and what changing one setting of it comes to."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dancu import ConfigurationError, load_profile

PLANTED = "qzx-planted-value"
"""What no message repeats."""

TEXT = """
environment = "test"
[endpoint]
url = "https://platform.example/dancu"
[credential]
family = "hash-basic"
user = "demo-app"
secret = { file = "secret.txt" }
[services.look_up]
path = "tracuu"
operation = "TraCuuThongTinCongDan"
integration = "037"
fields_sent = ["MaYeuCau", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh"]
[deadline]
call = 12
[audit]
sink = "none"
"""
"""A profile as a file, with what has no default."""

WHOLE: dict[str, Any] = {
    "environment": "test",
    "endpoint": {"url": "https://platform.example/", "registered_url": "/dancu", "server_name": "platform.example"},
    "tls": {"ca": "ca.pem", "certificate": "c.pem", "key": "c.key", "password": {"env": "TLS_PASSWORD"}},
    "credential": {
        "family": "xroad",
        "user": "demo-app",
        "secret": {"file": "secret.txt"},
        "timestamp": "seconds",
        "x_road_client": "DEMO/GOV/000/DEMO-APP",
        "api_key": {"env": "API_KEY"},
    },
    "wire": {"skin": "soap", "dialect": "live", "name": "spaced", "date": "iso", "empty_body": "not_matched"},
    "services": {
        name: {
            "path": "tracuu",
            "operation": "TraCuu",
            "integration": "037",
            "fields_sent": ["MaYeuCau", "SoDinhDanh"],
            "registered_url": "/dancu/tracuu",
        }
        for name in ("look_up", "confirm")
    },
    "deadline": {"call": 20.0, "attempt": 8.0, "connect": 3.0},
    "limits": {"parallel": 16, "queue": 8, "per_second": 10.0, "per_day": 20_000},
    "retry": {"attempts": 3, "base": 0.2, "cap": 5.0},
    "breaker": {
        "enabled": True,
        "failures": 0.5,
        "slow": 0.8,
        "least": 20,
        "calls": 100,
        "seconds": 60.0,
        "open": 4.0,
        "probes": 3,
    },
    "cache": {"enabled": False},
    "audit": {"sink": "file:audit.jsonl", "key": {"file": "audit.key"}},
}
"""Every setting there is, each in order."""


def places(part: Any, *, leaves: bool, at: str = "") -> list[str]:
    """The dotted names of all settings of a mapping; of the tables only, or of the leaves only."""
    if not isinstance(part, dict):
        return [at] if leaves else []
    here = [] if leaves else [at]
    return here + [
        place for name, inside in part.items() for place in places(inside, leaves=leaves, at=f"{at}.{name}".strip("."))
    ]


LEAVES = places(WHOLE, leaves=True)


def changed(place: str, value: object) -> dict[str, Any]:
    """The whole profile with one setting changed or added."""
    profile = copy.deepcopy(WHOLE)
    *tables, name = place.split(".")
    table = profile
    for one in tables:
        table = table[one]
    table[name] = value
    return profile


def refused(profile: dict[str, Any]) -> ConfigurationError:
    """The error of a profile; it is ours, and no other error stands behind it in a traceback."""
    with pytest.raises(ConfigurationError) as caught:
        load_profile(profile)
    assert caught.value.code == "profile_invalid"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def refusal_of(profile: dict[str, Any]) -> ConfigurationError | None:
    """The error of a profile that may be in order."""
    try:
        load_profile(profile)
    except ConfigurationError as error:
        return error
    return None
