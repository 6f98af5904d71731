"""The tables of a profile about repeats, breaker and limits, and the page that explains them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dancu.assembly import assemble
from dancu.errors import CODES, error_for
from dancu.policy.breaker import BreakerRule
from dancu.policy.limits import LimitRule
from dancu.policy.quota import CAPACITY, COST, EARNED, THROTTLED_COST
from dancu.policy.retry import ONCE, RetryRule, may_repeat
from dancu.profiles.resilience import BreakerPart, Limits, Retry
from dancu.runtime.sinks import MemorySink
from dancu.wire.provider_codes import PROVIDER_CODES

from .conftest import WHOLE, changed, refused

if TYPE_CHECKING:
    from dancu.flows.resilient import Guards

PAGE = (Path(__file__).parents[3] / "docs" / "reliability.md").read_text(encoding="utf-8")
GATEWAY: dict[str, Any] = {
    "environment": "test",
    "endpoint": {"url": "http://127.0.0.1:1/"},
    "credential": {"family": "gateway", "application": "mot-cua", "key": {"env": "DANCU_TEST_KEY"}},
    "audit": {"sink": "none"},
}


def guards(monkeypatch: pytest.MonkeyPatch, **tables: Any) -> Guards:
    """What a profile's tables come to."""
    monkeypatch.setenv("DANCU_TEST_KEY", "synthetic")
    made = assemble({**GATEWAY, **tables}, audit=MemorySink(), clock=None).context.guards
    assert made is not None
    return made


def test_a_profile_that_says_nothing_has_the_rules_own_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three attempts, a breaker, 16 at once: the defaults of the tables are those of the rules."""
    made = guards(monkeypatch)
    assert made.retry == RetryRule(behind_gateway=True)
    assert made.breaker is not None and made.breaker.rule == BreakerRule(slow_after=15.0)
    assert made.limits.rule == LimitRule()


def test_a_gateway_may_take_the_whole_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway repeats within the question, so its attempt ends with the call, unless the profile says otherwise."""
    monkeypatch.setenv("DANCU_TEST_KEY", "synthetic")
    for deadline, attempt in (({}, 20.0), ({"call": 30}, 30.0), ({"attempt": 5}, 5.0)):
        parts = assemble({**GATEWAY, "deadline": deadline}, audit=MemorySink(), clock=None)
        assert parts.context.times.attempt == attempt


def test_a_platform_may_take_an_attempts_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt at a platform has 8 s, and is slow after 6."""
    monkeypatch.setenv("DANCU_TEST_KEY", "synthetic")
    direct = {**WHOLE, "deadline": {}, "audit": {"sink": "none"}, "tls": None}
    direct["credential"] = {"family": "hash-basic", "user": "demo-app", "secret": {"env": "DANCU_TEST_KEY"}}
    direct["endpoint"] = {"url": "http://127.0.0.1:1/"}
    context = assemble(direct, audit=MemorySink(), clock=None).context
    assert context.times.attempt == 8.0
    assert context.guards is not None and context.guards.breaker is not None
    assert (context.guards.breaker.rule, context.guards.retry.behind_gateway) == (BreakerRule(), False)


def test_what_a_profile_says_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting reaches its rule; slow is three quarters of the time of an attempt."""
    made = guards(
        monkeypatch,
        retry={"attempts": 2, "base": 1, "cap": 2},
        breaker={"failures": 0.4, "slow": 1, "least": 5, "calls": 7, "seconds": 9, "open": 1, "probes": 2},
        limits={"parallel": 3, "queue": 4, "per_second": 0.5, "per_day": 6},
        deadline={"attempt": 2},
    )
    assert made.retry == RetryRule(2, 1.0, 2.0, behind_gateway=True)
    assert made.breaker is not None
    assert made.breaker.rule == BreakerRule(0.4, 1.0, 1.5, least=5, calls=7, seconds=9.0, open=1.0, probes=2)
    assert made.limits.rule == LimitRule(3, 4, 0.5, 6)


def test_slow_is_measured_by_the_call_where_that_is_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of 4 s cannot have attempts of 8: a slow one takes more than 3 s."""
    made = guards(monkeypatch, deadline={"call": 4})
    assert made.breaker is not None and made.breaker.rule.slow_after == 3.0


def test_a_breaker_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """``enabled = false`` is no breaker; limits and repeats stay."""
    made = guards(monkeypatch, breaker={"enabled": False})
    assert (made.breaker, made.retry.attempts) == (None, 3)


def test_every_client_has_guards_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one client met is not held against another."""
    first, second = guards(monkeypatch), guards(monkeypatch)
    assert first.quota is not second.quota
    assert first.breaker is not second.breaker
    assert first.limits is not second.limits


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("retry.attempts", 0),
        ("retry.attempts", 6),
        ("retry.base", 0),
        ("retry.jitter", 1),
        ("breaker.enabled", 1),
        ("breaker.failures", 0),
        ("breaker.failures", 1.1),
        ("breaker.slow", 0),
        ("breaker.least", 0),
        ("breaker.open", 0),
        ("breaker.probes", 0),
        ("limits.queue", -1),
        ("limits.per_second", 0),
        ("limits.per_second", float("nan")),
        ("limits.per_day", 0),
        ("limits.per_day", 1.5),
    ],
)
def test_a_setting_that_cannot_be_is_named(setting: str, value: object) -> None:
    """A figure outside its range, or a setting that does not exist, is refused by its name."""
    assert refused(changed(setting, value)).field == setting


def test_the_page_says_what_is_asked_again() -> None:
    """Its table is what the rule decides, code by code."""
    said = dict(re.findall(r"^\| `([a-z_]+)` \| (.+?) \|$", PAGE, re.MULTILINE))
    again = {code for code in CODES if may_repeat(error_for(code))}
    assert {code for code, word in said.items() if word in {"yes", "once"}} == again
    assert {code for code, word in said.items() if word == "once"} == ONCE
    by_table = {row.code: row for row in PROVIDER_CODES if row.again}
    assert {code for code, word in said.items() if word.startswith("for ")} == by_table.keys()
    assert [row.said for row in PROVIDER_CODES if row.again and row.place == "HTTP"] == ["500", "502", "504"]
    assert {row.said for row in PROVIDER_CODES if row.again and row.code == "provider_fault"} == {"500"}


def test_the_page_shows_the_defaults() -> None:
    """The tables of its profile are the defaults, each setting of them."""
    tables = tomllib.loads(PAGE.partition("```toml\n")[2].partition("```")[0])
    assert tables == {
        "retry": Retry().model_dump(),
        "breaker": BreakerPart().model_dump(),
        "limits": Limits().model_dump(exclude_none=True),
    }


def test_the_page_knows_the_price_of_a_repeat() -> None:
    """Tokens and the number of repeats that they pay for are the quota's own."""
    assert f"a bucket of {CAPACITY}: {COST} each, {THROTTLED_COST} after" in PAGE
    assert f"is answered earns {EARNED}." in PAGE
    assert f"asked again {CAPACITY // COST} times" in PAGE
