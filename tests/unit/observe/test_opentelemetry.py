from __future__ import annotations

import itertools

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from dancu.observe.opentelemetry import _MOST_OPEN, OpenTelemetryObserver

from .events import ALL, REFERENCE, attempted, ended

SECOND = 1_000_000_000


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Where finished spans are kept."""
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    """A provider of the test's own."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def test_a_call_is_a_span_with_its_attempts_below(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    """The call's span hangs below the caller's; attempts hang below it, with their own times."""
    tracer = provider.get_tracer("test")
    times = itertools.count(100 * SECOND, SECOND)
    observe = OpenTelemetryObserver(tracer, now=lambda: next(times))
    with tracer.start_as_current_span("request"):
        observe(attempted(1, code="timed_out", seconds=0.5))
        observe(attempted(2, seconds=0.25))
        observe(ended(attempts=2, seconds=2.0))
    first, second, call, request = exporter.get_finished_spans()
    assert [span.name for span in (first, second, call)] == ["dancu.attempt", "dancu.attempt", "dancu.look_up"]
    assert first.parent is not None and second.parent is not None and call.parent is not None
    assert call.context is not None and request.context is not None
    assert first.parent.span_id == second.parent.span_id == call.context.span_id
    assert call.parent.span_id == request.context.span_id
    assert (call.start_time, call.end_time) == (100 * SECOND, 102 * SECOND)
    assert (first.start_time, first.end_time) == (99.5 * SECOND, 100 * SECOND)
    assert dict(call.attributes or {}) == {
        "dancu.reference": REFERENCE,
        "dancu.result": "found",
        "dancu.source": "upstream",
        "dancu.attempts": 2,
    }
    assert dict(first.attributes or {}) == {"dancu.attempt": 1, "dancu.code": "timed_out"}


def test_a_trouble_is_an_error_of_its_span(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    """An outage marks the span; an answer and a refusal do not."""
    observe = OpenTelemetryObserver(provider.get_tracer("test"))
    for event in (ended("unavailable", code="timed_out"), ended("not_matched"), ended("rejected")):
        observe(event)
    statuses = [span.status.status_code for span in exporter.get_finished_spans()]
    assert statuses == [StatusCode.ERROR, StatusCode.UNSET, StatusCode.UNSET]


def test_calls_without_an_end_are_forgotten(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    """Attempts whose call never ends are kept for the latest calls only."""
    observe = OpenTelemetryObserver(provider.get_tracer("test"))
    for number in range(_MOST_OPEN + 10):
        observe(attempted(reference=str(number)))
    assert len(observe._attempts) == _MOST_OPEN
    observe(ended(reference="0"))
    assert [span.name for span in exporter.get_finished_spans()] == ["dancu.look_up"]


def test_other_events_make_no_span(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    """Of one event of every kind, the two ends make the spans."""
    observe = OpenTelemetryObserver(provider.get_tracer("test"))
    for event in ALL:
        observe(event)
    assert [span.name for span in exporter.get_finished_spans()] == ["dancu.attempt"] * 2 + ["dancu.look_up"] * 2
