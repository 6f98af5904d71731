"""What a gateway counts: every answer, by whom and how it ended, and nobody who was asked about."""

from __future__ import annotations

import asyncio
import datetime
import os
from concurrent.futures import Future
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dancu.gateway import metrics as gateway_metrics
from dancu.gateway.metrics import LABELS, Metrics, WatchedSink
from dancu.gateway.operations import Counted
from dancu.gateway.readiness import Report
from dancu.gateway.traffic import MINUTES, Traffic, Volume
from dancu.gateway.upstream_views import UpstreamView
from dancu.observe import prometheus
from dancu.policy.limits import Limiter, LimitRule

from .conftest import Served, question, serving
from .test_gateway_ready import OPERATIONS, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PEOPLE = int(os.environ.get("PEOPLE", "150"))
"""So many are asked about before the metrics are read; 10,000 before a release."""


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A gateway with an operations port, and that port's address."""
    port = free_port()
    with serving(tmp_path_factory.mktemp("counted"), granting=OPERATIONS.format(port=port)) as made:
        yield made, f"http://127.0.0.1:{port}/"


def scraped(address: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels, as Prometheus reads them."""
    text = httpx.get(address + "metrics", trust_env=False).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(one.name, frozenset(one.labels.items())): one.value for one in samples}


def requests(address: str, **labels: str) -> float:
    """How many answers were counted under exactly these labels."""
    wanted = frozenset({"application": "", "code": "", **labels}.items())
    return scraped(address).get(("dancu_gateway_requests_total", wanted), 0)


@pytest.mark.parametrize(
    ("ask", "labels"),
    [
        (
            lambda served: served.post("v1/lookup", question(fields=["name"])),
            {"application": "mot-cua", "path": "/v1/lookup", "status": "200"},
        ),
        (
            lambda served: served.post("v1/lookup", question(fields=["religion"])),
            {"application": "mot-cua", "path": "/v1/lookup", "status": "403", "code": "not_granted"},
        ),
        (
            lambda served: served.post("v1/confirm", content=b"{", headers={"Content-Type": "application/json"}),
            {"application": "mot-cua", "path": "/v1/confirm", "status": "400", "code": "malformed_json"},
        ),
        (
            lambda served: served.request("POST", "v1/verify", Authorization="Bearer guessed"),
            {"path": "/v1/verify", "status": "401", "code": "unauthenticated"},
        ),
        (
            lambda served: served.request("GET", "v1/066790000001"),
            {"path": "", "status": "404", "code": "not_found"},
        ),
        (
            lambda served: served.request("PUT", "v1/lookup"),
            {"path": "/v1/lookup", "status": "405", "code": "method_not_allowed"},
        ),
        (lambda served: served.request("GET", "healthz"), {"path": "/healthz", "status": "200"}),
    ],
)
def test_an_answer_is_counted(
    operated: tuple[Served, str], ask: Callable[[Served], httpx.Response], labels: dict[str, str]
) -> None:
    """Once, by application, path, status and the problem's code; a path that is none is counted as such."""
    served, address = operated
    before = requests(address, **labels)
    assert str(ask(served).status_code) == labels["status"]
    assert requests(address, **labels) == before + 1


def test_the_calls_behind_are_counted_too(operated: tuple[Served, str]) -> None:
    """A question counts as a call to the platform and as two durable records; nothing stays in flight."""
    served, address = operated
    before = scraped(address)
    served.post("v1/lookup", question(fields=["name"]))
    after = scraped(address)
    call = frozenset({"operation": "look_up", "result": "found", "code": "none", "source": "upstream"}.items())
    assert after["dancu_calls_total", call] == before.get(("dancu_calls_total", call), 0) + 1
    records = ("dancu_gateway_audit_seconds_count", frozenset[tuple[str, str]]())
    assert after[records] == before[records] + 2
    assert after["dancu_gateway_in_flight", frozenset()] == 0
    days = {labels: value for (name, labels), value in after.items() if name == "dancu_gateway_certificate_days_left"}
    certificates = {dict(labels)["certificate"] for labels in days}
    assert certificates == {"listen.certificate", "upstream"}
    assert after["process_resident_memory_bytes", frozenset()] > 1e7


@pytest.mark.timeout(900)
def test_the_labels_stay_the_same_whoever_is_asked_about(operated: tuple[Served, str]) -> None:
    """After many distinct people there are at most 200 sets of labels, and no digits of anybody in them."""
    served, address = operated
    with httpx.Client(verify=served.trust(), trust_env=False, timeout=10) as client:
        client.headers["Authorization"] = f"Bearer {served.key}"
        for place in range(PEOPLE):
            person = {"number": f"0668{place:08}", "name": f"Mẫu {place}", "birth_date": "1990"}
            client.post(served.url + "v1/lookup", json=question(subject=person, fields=["name"]))
            client.get(f"{served.url}v1/{person['number']}")
    text = httpx.get(address + "metrics", trust_env=False).text
    sets = {labels for name, labels in scraped(address) if not name.endswith("_bucket")}
    assert len(sets) <= 200
    assert not [place for place in range(PEOPLE) if f"8{place:08}" in text or f"Mẫu {place}" in text]


def test_only_labels_of_the_list_can_be_registered() -> None:
    """A label that is not on the list is refused where the metric is made."""
    with pytest.raises(ValueError, match="officer"):
        gateway_metrics._named("application", "officer")
    metrics = Metrics()
    allowed = LABELS | prometheus.LABELS | {"le"}
    used = {label for family in metrics._registry.collect() for one in family.samples for label in one.labels}
    assert used <= allowed


def test_what_breaks_inside_is_counted_as_a_failure() -> None:
    """An exception that nobody turned into a problem counts as 500 and is passed on."""
    metrics = Metrics()

    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise RuntimeError("planted")

    async def nothing(*_anything: Any) -> Any:
        return None

    counted = Counted(broken, metrics=metrics)
    with pytest.raises(RuntimeError, match="planted"):
        asyncio.run(counted({"type": "http"}, nothing, nothing))
    assert metrics.total("dancu_gateway_requests_total", "code") == {"failed": 1}
    assert metrics.total("dancu_gateway_requests_total", "status") == {"500": 1}


class PlannedSink:
    """A sink whose records end as the test says."""

    def __init__(self) -> None:
        self.futures: list[Future[None]] = []

    def append(self, line: bytes) -> Future[None]:
        """Keep the future."""
        self.futures.append(Future())
        return self.futures[-1]

    def close(self) -> None:
        """Nothing is open."""


def test_records_that_are_not_kept_are_counted() -> None:
    """A failure is counted and makes the audit failing; the next record that is kept ends that."""
    metrics, planned = Metrics(), PlannedSink()
    sink = WatchedSink(planned, metrics)
    for failure in (None, OSError("full"), None):
        sink.append(b"{}")
        future = planned.futures[-1]
        if failure is None:
            future.set_result(None)
        else:
            future.set_exception(failure)
        assert metrics.audit_failing is (failure is not None)
    samples = [one for family in metrics._registry.collect() for one in family.samples]
    assert [one.value for one in samples if one.name == "dancu_gateway_audit_failures_total"] == [1]


def test_traffic_is_remembered_for_an_hour() -> None:
    """By application and class of status, the busiest first, and no longer than an hour."""
    traffic = Traffic()
    for minute, status in ((100, 200), (100, 403), (101, 200), (101, 503), (101, 200)):
        traffic.count("mot-cua", status=status, minute=minute)
    traffic.count("", status=401, minute=101)
    assert traffic.within(1, until=101) == [Volume("mot-cua", 2, 0, 1), Volume("", 0, 1, 0)]
    assert traffic.within(5, until=101)[0] == Volume("mot-cua", 3, 1, 1)
    for minute in range(102, 102 + MINUTES):
        traffic.count("khac", status=200, minute=minute)
    assert [one.application for one in traffic.within(10_000, until=200)] == ["khac"]


def test_the_days_quota_is_told_where_there_is_one() -> None:
    """What was spent of it today in Viet Nam, nothing of yesterday, and no gauge where any number is allowed."""
    evening = datetime.datetime(2026, 11, 23, 16, 59, tzinfo=datetime.UTC)
    limited, free = Limiter(LimitRule(per_day=5)), Limiter(LimitRule())
    for one in (limited, limited, free):
        one.enter(0.0, at=evening, until=10.0)
    guards = [SimpleNamespace(limits=one, breaker=None) for one in (limited, free)]
    views = [UpstreamView(f"agency-{place}", None, cast("Any", one)) for place, one in enumerate(guards)]
    metrics = Metrics()
    for at, spent in ((evening, 2.0), (evening + datetime.timedelta(minutes=2), 0.0)):
        text = metrics.exposed(Report(()), views, waiting=0, at=at).decode()
        assert f'dancu_gateway_quota_spent{{agency="agency-0"}} {spent}' in text
        assert 'dancu_gateway_quota{agency="agency-0"} 5.0' in text
        assert 'quota_spent{agency="agency-1"}' not in text
        assert 'dancu_gateway_upstream_open{agency="agency-1"} 0.0' in text
