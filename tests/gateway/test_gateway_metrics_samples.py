"""The sample alerts and the dashboard: every metric that they name is one that a gateway has, and each alert fires."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from dancu.events import Attempted, BreakerMoved, CacheRead, Ended, IdentityChanged, IdentityEnding, Waited
from dancu.gateway.metrics import Metrics
from dancu.gateway.readiness import Finding, Report

ROOT = Path(__file__).resolve().parents[2]
OF_PROMETHEUS = {"up": {"job", "instance"}}
OF_A_TARGET = {"job", "instance"}
_SELECTOR = re.compile(r"\b((?:dancu|process)_\w+|up)\b(?:\{([^}]*)\})?")
_LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_BY = re.compile(r"\bby \(([^)]*)\)")

FIRING = {
    "DancuDown": ('up{job="dancu", instance="a"}', "0x30", {"job": "dancu", "instance": "a"}),
    "DancuAuditFailing": ('dancu_gateway_audit_failures_total{instance="a"}', "0x25 1x9", {"instance": "a"}),
    "DancuAuditDiskLow": (
        'dancu_gateway_check_state{check="audit", instance="a"}',
        "1x30",
        {"check": "audit", "instance": "a"},
    ),
    "DancuNotReady": ('dancu_gateway_check_state{check="draining", instance="a"}', "3x30", {"instance": "a"}),
    "DancuUpstreamOpen": (
        'dancu_gateway_upstream_open{agency="so-y-te", instance="a"}',
        "1x30",
        {"agency": "so-y-te", "instance": "a"},
    ),
    "DancuUpstreamErrors": ('dancu_attempts_total{code="timed_out", instance="a"}', "0+9x30", {"instance": "a"}),
    "DancuCertificateEnds": (
        'dancu_gateway_certificate_days_left{certificate="upstream", instance="a"}',
        "30x30",
        {"certificate": "upstream", "instance": "a"},
    ),
    "DancuCertificateEndsNow": (
        'dancu_gateway_certificate_days_left{certificate="upstream", instance="a"}',
        "7x30",
        {"certificate": "upstream", "instance": "a"},
    ),
    "DancuCertificateNotTaken": (
        'dancu_identity_changes_total{state="kept", instance="a"}',
        "0x9 1x20",
        {"state": "kept", "instance": "a"},
    ),
    "DancuClock": (
        'dancu_gateway_check_state{check="clock", instance="a"}',
        "1x30",
        {"check": "clock", "instance": "a"},
    ),
    "DancuCheckpointsBehind": (
        'dancu_gateway_check_state{check="checkpoints", instance="a"}',
        "2x30",
        {"check": "checkpoints", "instance": "a"},
    ),
    "DancuPermissionEnds": (
        'dancu_gateway_permission_days_left{permission="12/QD-BCA", instance="a"}',
        "30x30",
        {"permission": "12/QD-BCA", "instance": "a"},
    ),
    "DancuRulesKept": (
        'dancu_gateway_check_state{check="rules", instance="a"}',
        "2x30",
        {"check": "rules", "instance": "a"},
    ),
    "DancuFailedAnswers": (
        'dancu_gateway_requests_total{status="500", code="failed", application="x", path="/v1/lookup", instance="a"}',
        "_x25 1x9",
        {"instance": "a"},
    ),
    "DancuRefusedKeys": (
        'dancu_gateway_requests_total{status="401", code="unauthenticated", instance="a"}',
        "0+9x30",
        {"instance": "a"},
    ),
    "DancuNotGranted": (
        'dancu_gateway_requests_total{status="403", code="not_granted", application="x", instance="a"}',
        "0+1x30",
        {"application": "x", "instance": "a"},
    ),
}
"""By alert: a series, its values by the minute, and the labels of the alert 30 minutes on."""
FIRING_OF_TWO = {
    "DancuQuotaNearlySpent": (
        {
            'dancu_gateway_quota_spent{agency="so-y-te", instance="a"}': "91x30",
            'dancu_gateway_quota{agency="so-y-te", instance="a"}': "100x30",
        },
        {"agency": "so-y-te", "instance": "a"},
    ),
    "DancuAuditSlow": (
        {
            'dancu_gateway_audit_seconds_bucket{le="0.1", instance="a"}': "0+1x30",
            'dancu_gateway_audit_seconds_bucket{le="0.25", instance="a"}': "0+9x30",
            'dancu_gateway_audit_seconds_bucket{le="+Inf", instance="a"}': "0+9x30",
        },
        {"instance": "a"},
    ),
}
QUIET = {
    'up{job="dancu", instance="a"}': "1x30",
    'dancu_gateway_check_state{check="audit", instance="a"}': "0x30",
    'dancu_gateway_check_state{check="clock", instance="a"}': "0x30",
    'dancu_gateway_audit_failures_total{instance="a"}': "0x30",
    'dancu_gateway_audit_seconds_bucket{le="0.1", instance="a"}': "0+9x30",
    'dancu_gateway_audit_seconds_bucket{le="+Inf", instance="a"}': "0+9x30",
    'dancu_gateway_certificate_days_left{certificate="upstream", instance="a"}': "31x30",
    'dancu_gateway_permission_days_left{permission="12/QD-BCA", instance="a"}': "31x30",
    'dancu_gateway_upstream_open{agency="", instance="a"}': "0x30",
    'dancu_gateway_quota_spent{agency="", instance="a"}': "0+10x30",
    'dancu_gateway_quota{agency="", instance="a"}': "2000x30",
    'dancu_attempts_total{code="none", instance="a"}': "0+100x30",
    'dancu_attempts_total{code="timed_out", instance="a"}': "0+5x30",
    'dancu_identity_changes_total{state="replaced", instance="a"}': "0+1x30",
    'dancu_gateway_requests_total{status="401", code="unauthenticated", instance="a"}': "0+1x30",
    'dancu_gateway_requests_total{status="200", code="", instance="a", application="x"}': "0+100x30",
}
"""A gateway at work, with the odd failure."""


def rules() -> dict[str, dict[str, Any]]:
    """The alerts by name."""
    text = (ROOT / "packaging" / "prometheus" / "dancu-alerts.yml").read_text(encoding="utf-8")
    (group,) = yaml.safe_load(text)["groups"]
    return {one["alert"]: one for one in group["rules"]}


def dashboard() -> dict[str, Any]:
    """The dashboard."""
    found: dict[str, Any] = json.loads(
        (ROOT / "packaging" / "grafana" / "dancu-gateway.json").read_text(encoding="utf-8")
    )
    return found


def exported() -> dict[str, set[str]]:
    """Every metric of a gateway to which everything has happened, with its labels."""
    metrics = Metrics()
    call: dict[str, Any] = {"reference": "r", "operation": "look_up"}
    for event in (
        Attempted(**call, attempt=1, code="timed_out", seconds=1.0),
        Waited(**call, code="timed_out", seconds=1.0),
        CacheRead(**call, state="hit"),
        Ended(**call, result="found", code=None, source="upstream", attempts=1, seconds=1.0),
        BreakerMoved(state="open"),
        IdentityChanged(state="kept"),
        IdentityEnding(days=7),
    ):
        metrics.observer(event)
    metrics.began()
    metrics.ended("x", path="/v1/lookup", status=200, code="", seconds=0.1)
    metrics.audited(0.1, kept=True)
    good = Finding("certificates", "ok", "certificate_good", "upstream", 40)
    report = Report((good, Finding("permissions", "ok", "permission_good", "12/QD-BCA", 90)))
    text = metrics.exposed(report, [], waiting=2, at=datetime.now(UTC)).decode()
    found: dict[str, set[str]] = {"dancu_gateway_upstream_open": {"agency"}, "dancu_gateway_quota": {"agency"}}
    found["dancu_gateway_quota_spent"] = {"agency"}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found.setdefault(one.name, set()).update(one.labels)
    return found


def unknown(expression: str, metrics: dict[str, set[str]]) -> list[str]:
    """Metrics and labels in an expression that no gateway has."""
    found: list[str] = []
    grouped = {name.strip() for part in _BY.findall(expression) for name in part.split(",")}
    known_labels = set[str]()
    for name, selector in _SELECTOR.findall(expression):
        labels = (metrics | OF_PROMETHEUS).get(name)
        if labels is None:
            found.append(name)
            continue
        known_labels |= labels | OF_A_TARGET
        found += [f"{name}{{{label}}}" for label in _LABEL.findall(selector) if label not in labels | OF_A_TARGET]
    return found + sorted(grouped - known_labels)


def test_alerts_name_what_there_is() -> None:
    """Each expression is about metrics and labels that a gateway has, and its brackets are closed."""
    metrics = exported()
    found = {name: unknown(rule["expr"], metrics) for name, rule in rules().items()}
    assert {name: one for name, one in found.items() if one} == {}
    assert not [
        name
        for name, rule in rules().items()
        if any(rule["expr"].count(a) != rule["expr"].count(b) for a, b in ("()", "[]", "{}"))
    ]


def test_a_wrong_name_is_found() -> None:
    """A metric, a label in a selector and one of a grouping that nobody has are each told."""
    metrics = exported()
    for wrong in (
        "dancu_gateway_nothing > 0",
        'dancu_calls_total{officer="x"}',
        "sum by (officer) (dancu_calls_total)",
    ):
        assert unknown(wrong, metrics)


def test_every_alert_says_what_to_do() -> None:
    """A severity, a sentence in both languages, and an action."""
    for rule in rules().values():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"].count(" / ") == 1 and len(rule["annotations"]["action"]) > 20


def test_each_alert_is_played() -> None:
    """The table of what makes an alert fire has every alert."""
    assert FIRING.keys() | FIRING_OF_TWO.keys() == rules().keys()


def cases() -> list[dict[str, Any]]:
    """For promtool: each alert by the series that make it fire, and none of them at a quiet gateway."""
    known = rules()
    played = [(name, {series: values}, labels) for name, (series, values, labels) in FIRING.items()]
    played += [(name, series, labels) for name, (series, labels) in FIRING_OF_TWO.items()]
    found: list[dict[str, Any]] = []
    for name, series, labels in played:
        expected = {
            "exp_labels": {**labels, "severity": known[name]["labels"]["severity"]},
            "exp_annotations": known[name]["annotations"],
        }
        tests = [{"eval_time": "30m", "alertname": name, "exp_alerts": [expected]}]
        found.append({"name": name, "interval": "1m", "input_series": _series(series), "alert_rule_test": tests})
    none = [{"eval_time": f"{at}m", "alertname": name, "exp_alerts": []} for name in known for at in (10, 30)]
    found.append({"name": "quiet", "interval": "1m", "input_series": _series(QUIET), "alert_rule_test": none})
    return found


def _series(series: dict[str, str]) -> list[dict[str, str]]:
    return [{"series": name, "values": values} for name, values in series.items()]


def test_promtool_lets_each_alert_fire(tmp_path: Path) -> None:
    """Each fires on what it is for, and none at a quiet gateway."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed: on Debian it is in the package prometheus")
    alerts = ROOT / "packaging" / "prometheus" / "dancu-alerts.yml"
    played = {"rule_files": [str(alerts)], "evaluation_interval": "1m", "tests": cases()}
    (tmp_path / "test.yml").write_text(yaml.safe_dump(played, allow_unicode=True), encoding="utf-8")
    for command in (
        ["check", "rules", str(alerts)],
        ["check", "config", str(alerts.with_name("prometheus.yml"))],
        ["test", "rules", str(tmp_path / "test.yml")],
    ):
        ended = subprocess.run([program, *command], capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_dashboard_names_what_there_is() -> None:
    """Each panel asks for metrics and labels that a gateway has, of the data source that the reader chose."""
    metrics, panels = exported(), dashboard()["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(asked) > 15
    assert [one for expression in asked for one in unknown(expression, metrics)] == []
    assert {target["datasource"]["uid"] for panel in panels for target in panel["targets"]} == {"${datasource}"}


def test_the_dashboard_is_laid_out() -> None:
    """Ids are single, no two panels overlap or leave the grid of 24, and titles are in both languages."""
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and max(x for x, _y in cells) < 24
        taken |= cells
        assert panel["title"].count(" / ") == 1
