from __future__ import annotations

import subprocess
import sys

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from dancu.observe.prometheus import LABELS, PrometheusObserver, _named

from .events import ALL, REFERENCE, attempted, ended


@pytest.fixture
def registry() -> CollectorRegistry:
    """A registry of the test's own."""
    return CollectorRegistry()


def test_every_event_is_counted(registry: CollectorRegistry) -> None:
    """Calls, attempts, retries, cache, breaker and certificates have their metric."""
    observe = PrometheusObserver(registry)
    for event in ALL:
        observe(event)
    value = registry.get_sample_value
    found = {"operation": "look_up", "result": "found", "code": "none", "source": "upstream"}
    assert value("dancu_calls_total", found) == 1
    assert value("dancu_call_seconds_count", {"operation": "look_up", "source": "upstream"}) == 2
    assert value("dancu_attempts_total", {"operation": "look_up", "code": "timed_out"}) == 1
    assert value("dancu_attempt_seconds_sum", {"operation": "look_up"}) == 0.25
    assert value("dancu_retries_total", {"operation": "look_up", "code": "timed_out"}) == 1
    assert value("dancu_cache_reads_total", {"operation": "look_up", "state": "miss"}) == 1
    assert value("dancu_breaker_state", {"state": "closed"}) == 1
    assert value("dancu_breaker_state", {"state": "open"}) == 0
    assert value("dancu_identity_changes_total", {"state": "kept"}) == 1
    assert value("dancu_identity_days_left") == 7


def test_series_do_not_grow_with_calls(registry: CollectorRegistry) -> None:
    """Ten thousand calls under as many references leave as many series as two, and no reference."""
    observe = PrometheusObserver(registry)

    def told(calls: int) -> bytes:
        for number in range(calls):
            observe(attempted(reference=f"{number:026}"))
            observe(ended(reference=f"{number:026}"))
        return generate_latest(registry)

    few, many = told(2), told(10_000)
    assert few.count(b"\n") == many.count(b"\n")
    assert f"{7:026}".encode() not in many
    assert REFERENCE.encode() not in many


def test_a_label_outside_the_list_is_refused(registry: CollectorRegistry) -> None:
    """A metric with another label cannot be made, and those that are made bear none."""
    with pytest.raises(ValueError, match="no label of dancu: number"):
        _named("operation", "number")
    observe = PrometheusObserver(registry)
    for event in ALL:
        observe(event)
    seen = {name for metric in registry.collect() for sample in metric.samples for name in sample.labels}
    assert seen - {"le"} == LABELS


def test_without_the_extra_a_sentence_says_so() -> None:
    """Importing the observer without prometheus_client names what to install."""
    program = (
        "import sys; sys.modules['prometheus_client'] = None\n"
        "from dancu import ConfigurationError\n"
        "try: import dancu.observe.prometheus\n"
        "except ConfigurationError as error: print(error.code, error.detail)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=30, text=True)
    assert said.stdout == "extra_missing pip install 'dancu[prometheus]'\n"
