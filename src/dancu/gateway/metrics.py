"""What the gateway counts, for Prometheus and for its own console.

======================================== ========= =============================== =====================================
metric                                   kind      labels                          is
======================================== ========= =============================== =====================================
dancu_gateway_requests_total             counter   application, path, status, code answers that left; ``code`` is empty
                                                                                   for what is no problem
dancu_gateway_request_seconds            histogram path                            from the request's head to its answer
dancu_gateway_in_flight                  gauge                                     requests that have no answer yet
dancu_gateway_waiting                    gauge                                     questions that wait for a place
dancu_gateway_waited_seconds             histogram                                 of those that had to wait for one
dancu_gateway_audit_seconds              histogram                                 from a record to its being durable
dancu_gateway_audit_failures_total       counter                                   records that could not be kept
dancu_gateway_check_state                gauge     check                           0 ok to 3 failing
dancu_gateway_certificate_days_left      gauge     certificate                     whole days, below 0 after the end
dancu_gateway_permission_days_left       gauge     permission                      whole days, below 0 after the last
dancu_gateway_upstream_open              gauge     agency                          1 while its breaker is not closed
dancu_gateway_quota_spent                gauge     agency                          attempts of Viet Nam's day, where
                                                                                   it has a limit
dancu_gateway_quota                      gauge     agency                          that limit
dancu_gateway_started_seconds            gauge                                     when it started, seconds since 1970
======================================== ========= =============================== =====================================

Next to them the metrics of `dancu.observe.prometheus` and of the process. Labels are names of a closed list. Their
values are the configuration's or the program's own: whoever is asked about, the number of series stays the same.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from dancu.gateway.readiness import STATES, worst
from dancu.gateway.traffic import Traffic
from dancu.observe.prometheus import PrometheusObserver

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from dancu.gateway.readiness import Report
    from dancu.gateway.upstream_views import UpstreamView
    from dancu.runtime.sinks import AuditSink

__all__ = ["LABELS", "Metrics", "WatchedSink"]

LABELS: Final = frozenset({"application", "path", "status", "code", "check", "certificate", "permission", "agency"})
"""The only labels that a metric of the gateway itself may bear."""
_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
_AUDIT_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25)

_FAILING_SECONDS = 3.0


def _named(*labels: str) -> tuple[str, ...]:
    """The labels of a metric.

    Raises:
        ValueError: one is not of `LABELS`.
    """
    foreign = set(labels) - LABELS
    if foreign:
        raise ValueError(f"no label of the gateway: {', '.join(sorted(foreign))}")
    return labels


class Metrics:
    """The counts of one gateway, in a registry of its own.

    Attributes:
        observer: of the calls to the platform, for `dancu.assembly.assemble`.
        traffic: answers by application, for the console.
    """

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.observer = PrometheusObserver(registry)
        self.traffic = Traffic()
        self._audit_failed = float("-inf")
        self._requests = Counter(
            "dancu_gateway_requests",
            "Answers that left.",
            _named("application", "path", "status", "code"),
            registry=registry,
        )
        self._seconds = Histogram(
            "dancu_gateway_request_seconds", "To the answer.", _named("path"), registry=registry, buckets=_SECONDS
        )
        self._in_flight = Gauge("dancu_gateway_in_flight", "Requests without an answer.", registry=registry)
        self._waiting = Gauge("dancu_gateway_waiting", "For a place.", registry=registry)
        self._waited = Histogram("dancu_gateway_waited_seconds", "For a place.", registry=registry, buckets=_SECONDS)
        self._audit_seconds = Histogram(
            "dancu_gateway_audit_seconds", "To a durable record.", registry=registry, buckets=_AUDIT_SECONDS
        )
        self._audit_failures = Counter("dancu_gateway_audit_failures", "Records not kept.", registry=registry)
        self._checks = Gauge("dancu_gateway_check_state", "0 ok to 3 failing.", _named("check"), registry=registry)
        self._days = Gauge(
            "dancu_gateway_certificate_days_left", "Whole days.", _named("certificate"), registry=registry
        )
        self._permissions = Gauge(
            "dancu_gateway_permission_days_left", "Whole days.", _named("permission"), registry=registry
        )
        self._open = Gauge("dancu_gateway_upstream_open", "1 for not closed.", _named("agency"), registry=registry)
        self._spent = Gauge("dancu_gateway_quota_spent", "Attempts today.", _named("agency"), registry=registry)
        self._quota = Gauge("dancu_gateway_quota", "Attempts in a day.", _named("agency"), registry=registry)
        self.started = now()
        Gauge("dancu_gateway_started_seconds", "Since 1970.", registry=registry).set(self.started)

    def began(self) -> None:
        """A request came."""
        self._in_flight.inc()

    def ended(self, application: str, *, path: str, status: int, code: str, seconds: float) -> None:
        """Its answer left, or nobody waited for it (status 499).

        Args:
            application: of the configuration; empty where no application was known.
            path: of a route; empty where there is none.
            status: of HTTP.
            code: the problem's.
            seconds: it took.
        """
        self._in_flight.dec()
        self._requests.labels(application, path, str(status), code).inc()
        self._seconds.labels(path).observe(seconds)
        if path.startswith("/v1/"):
            self.traffic.count(application, status=status, minute=int(time.time() // 60))

    def waited(self, seconds: float) -> None:
        """A question waited for a place, and has it or gave up."""
        self._waited.observe(seconds)

    def audited(self, seconds: float, *, kept: bool) -> None:
        """A record became durable, or did not."""
        self._audit_seconds.observe(seconds)
        if kept:
            self._audit_failed = float("-inf")
        else:
            self._audit_failed = time.monotonic()
            self._audit_failures.inc()

    @property
    def audit_failing(self) -> bool:
        """Whether the last record could not be kept, a moment ago: for longer, the store is to be looked at itself."""
        return time.monotonic() - self._audit_failed < _FAILING_SECONDS

    def total(self, name: str, label: str) -> dict[str, int]:
        """The values of a counter by one of its labels."""
        found: dict[str, int] = {}
        for sample in (one for family in self._registry.collect() for one in family.samples if one.name == name):
            found[sample.labels[label]] = found.get(sample.labels[label], 0) + int(sample.value)
        return found

    def exposed(self, report: Report, views: Iterable[UpstreamView], *, waiting: int, at: datetime.datetime) -> bytes:
        """All of it as text for Prometheus, with what is found just now, and how many questions wait for a place."""
        self._waiting.set(waiting)
        for check in dict.fromkeys(one.check for one in report.findings):
            state = worst(one.state for one in report.findings if one.check == check)
            self._checks.labels(check).set(STATES.index(state))
        for finding in report.findings:
            if finding.days is not None:
                ends = self._permissions if finding.check == "permissions" else self._days
                ends.labels(finding.about).set(finding.days)
        for view in views:
            self._expose_upstream(view, at)
        return generate_latest(self._registry)

    def _expose_upstream(self, view: UpstreamView, at: datetime.datetime) -> None:
        self._open.labels(view.agency).set(view.breaker != "closed")
        spent = view.spent(at)
        if spent is not None and view.per_day is not None:
            self._spent.labels(view.agency).set(spent)
            self._quota.labels(view.agency).set(view.per_day)


class WatchedSink:
    """A sink whose records are timed."""

    def __init__(self, sink: AuditSink, metrics: Metrics) -> None:
        self._sink = sink
        self._metrics = metrics

    def append(self, line: bytes) -> Future[None]:
        """Pass a record on."""
        began = time.monotonic()
        future = self._sink.append(line)
        future.add_done_callback(
            lambda done: self._metrics.audited(
                time.monotonic() - began, kept=not done.cancelled() and done.exception() is None
            )
        )
        return future

    def close(self) -> None:
        """Close the sink itself."""
        self._sink.close()
