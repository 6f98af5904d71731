"""Attempts, driven in virtual time: what is asked again, when, under which reference, and what the audit says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dancu import Found
from dancu.flows.effects import Audit, Send
from dancu.policy.breaker import BreakerRule
from dancu.policy.limits import LimitRule
from dancu.policy.quota import CAPACITY, COST
from dancu.policy.retry import RetryRule

from ..answers import EMPTY_BODY, NOBODY  # noqa: TID252  # one set of documents for all unit tests
from .by_hand import confirming, looking_up, reply
from .virtual import Took, World, answered, failed, guards

if TYPE_CHECKING:
    from dancu.flows.resilient import Guards


def scripted(*steps: Took) -> World:
    """A platform that does one thing after the other."""
    script = iter(steps)
    return World(lambda _send, _now: next(script))


def look_up(world: World, shared: Guards | None, **options: object) -> object:
    """One look-up to its end."""
    return world.one(looking_up(context=world.context(shared), **options))  # type: ignore[arg-type]  # the test's own


def mayeucau(world: World) -> list[str]:
    """The request ids on the wire, in order."""
    texts = [sent.request.body.decode() for _at, sent in world.sent]
    return [text.partition("MaYeuCau>")[2].partition("<")[0] for text in texts]


def test_an_answer_at_once_is_one_attempt() -> None:
    """Nothing is repeated, and the audit counts one."""
    world, shared = scripted(answered()), guards(breaker=BreakerRule())
    end = world.one(looking_up(context=world.context(shared)))
    assert isinstance(end.result, Found)
    assert (len(world.sent), world.slept, world.outcomes[0].attempts) == (1, [], 1)
    assert shared.limits.inside == 0


def test_a_second_attempt_may_be_answered() -> None:
    """After a time-out and a pause the same question is answered; the audit counts two and says found."""
    world, shared = scripted(failed("timed_out"), answered()), guards()
    end = world.one(looking_up(context=world.context(shared)))
    assert isinstance(end.result, Found)
    assert (world.outcomes[0].result, world.outcomes[0].attempts) == ("found", 2)
    assert len(world.outcomes) == 1
    assert len(world.slept) == 1 and 0 <= world.slept[0] < 0.2
    assert shared.quota.left == CAPACITY


def test_three_attempts_and_the_last_ones_error() -> None:
    """The third error is the call's; two repeats stay paid."""
    world, shared = scripted(failed("timed_out"), failed("disconnected"), failed("maintenance")), guards()
    end = world.one(looking_up(context=world.context(shared)))
    assert (end.code, world.outcomes[0].attempts, world.outcomes[0].code) == ("maintenance", 3, "maintenance")
    assert shared.quota.left == CAPACITY - 2 * COST


def test_each_attempt_has_a_request_id_of_its_own() -> None:
    """The first is the call's reference, the next ones bear it with their number; the answer has the reference."""
    world = scripted(failed("timed_out"), failed("timed_out"), answered())
    end = world.one(looking_up(context=world.context(guards())))
    reference = world.outcomes[0].reference
    assert mayeucau(world) == [reference, f"{reference}-2", f"{reference}-3"]
    assert all(len(word) <= 40 for word in mayeucau(world))
    assert end.result.reference == reference


def test_an_error_bears_the_calls_reference_after_several_attempts() -> None:
    """What is raised names the call, not the attempt."""
    world = scripted(*[failed("timed_out")] * 3)
    end = world.one(looking_up(context=world.context(guards())))
    assert getattr(end.error, "reference", None) == world.outcomes[0].reference


@pytest.mark.parametrize(
    ("take", "attempts"),
    [
        (Took(0.1, reply(NOBODY)), 1),
        (Took(0.1, reply(status=403)), 1),
        (Took(0.1, reply(status=404)), 1),
        (Took(0.1, reply(b"<html/>")), 1),
        (failed("server_untrusted"), 1),
        (failed("client_certificate_refused"), 1),
        (failed("too_busy"), 1),
        (Took(0.1, reply(EMPTY_BODY)), 2),
        (Took(0.1, reply(b"<cut")), 2),
        (Took(0.1, reply(status=500)), 3),
        (Took(0.1, reply(status=503)), 3),
        (failed("connect_failed"), 3),
    ],
)
def test_how_often_a_platform_is_asked(take: Took, attempts: int) -> None:
    """Never again after an answer or a refusal, once after an empty or cut answer, twice after an outage."""
    world = World(lambda _send, _now: take)
    world.one(looking_up(context=world.context(guards())))
    assert (len(world.sent), world.outcomes[0].attempts) == (attempts, attempts)


def test_a_confirmation_goes_the_same_way() -> None:
    """Every use case has the same attempts."""
    world = World(lambda _send, _now: failed("timed_out"))
    world.one(confirming(context=world.context(guards())))
    assert world.outcomes[0].attempts == 3


def test_one_attempt_is_as_if_there_were_no_repeats() -> None:
    """``attempts = 1`` switches them off."""
    world = World(lambda _send, _now: failed("timed_out"))
    world.one(looking_up(context=world.context(guards(retry=RetryRule(attempts=1)))))
    assert (len(world.sent), world.slept) == (1, [])


def test_retry_after_is_honoured_in_time() -> None:
    """A platform that says "in 1 s" is asked again after 1 s and a little, and answers."""
    world = scripted(failed("throttled", retry_after=1.0), answered())
    end = world.one(looking_up(context=world.context(guards())))
    assert isinstance(end.result, Found)
    assert 1.0 <= world.sent[1][0] - world.sent[0][0] < 1.3


def test_retry_after_beyond_the_deadline_is_told_at_once() -> None:
    """A platform that says "in 60 s" is not asked again; the caller hears of the 60 s without waiting."""
    world = scripted(failed("throttled", retry_after=60.0))
    end = world.one(looking_up(context=world.context(guards())))
    assert (end.code, end.ended < 0.1, getattr(end.error, "retry_after", None)) == ("throttled", True, 60.0)


@pytest.mark.parametrize("deadline", [0.5, 3.0, 10.0, 20.0, 60.0])
def test_one_deadline_holds_over_all_attempts(deadline: float) -> None:
    """However often a silent platform is asked, the call ends with its deadline, and no attempt is longer than 8 s."""
    world = World(lambda _send, _now: answered(3600.0))
    end = world.one(looking_up(context=world.context(guards()), deadline=deadline))
    assert end.code == "timed_out"
    assert end.ended <= deadline
    assert all(sent.until <= min(deadline, at + 8.0) for at, sent in world.sent)


def test_a_silent_platform_is_not_asked_in_vain() -> None:
    """Of 20 s two attempts take 8 s each; for a third there is no time, so it is not begun."""
    world = World(lambda _send, _now: answered(3600.0))
    end = world.one(looking_up(context=world.context(guards())))
    assert len(world.sent) == 2
    assert end.ended < 17.0


def test_the_wait_for_a_place_counts_against_the_deadline() -> None:
    """At one a second the fourth call waits three seconds of its five; the sixth is too busy at once."""
    world = World(lambda _send, _now: answered())
    context = world.context(guards(limits=LimitRule(per_second=1)))
    ends = world.run([(0.0, lambda: looking_up(context=context, deadline=5.0)) for _call in range(6)])
    assert [round(end.ended, 6) for end in ends] == [0.1, 1.1, 2.1, 3.1, 4.1, 0.0]
    assert (ends[5].code, getattr(ends[5].error, "retry_after", None)) == ("too_busy", 5.0)
    assert [outcome.attempts for outcome in world.outcomes if outcome.code == "too_busy"] == [0]


def test_an_attempts_time_begins_when_its_turn_comes() -> None:
    """Whoever waited a second for a place has the whole 8 s from then on."""
    world = World(lambda _send, _now: answered())
    context = world.context(guards(limits=LimitRule(per_second=1)))
    world.run([(0.0, lambda: looking_up(context=context)) for _call in range(2)])
    assert [(at, sent.until) for at, sent in world.sent] == [(0.0, 8.0), (1.0, 9.0)]


def test_a_spent_day_is_a_rejection_with_no_attempt() -> None:
    """The second of one a day is not sent, and the audit says so."""
    world = World(lambda _send, _now: answered())
    context = world.context(guards(limits=LimitRule(per_day=1)))
    ends = [world.one(looking_up(context=context)) for _call in range(2)]
    assert [end.code for end in ends] == [None, "quota_spent"]
    assert [(one.result, one.attempts) for one in world.outcomes] == [("found", 1), ("rejected", 0)]


def test_repeats_count_against_the_day() -> None:
    """Each attempt costs one of the day; what went wrong first is what the caller hears."""
    world = World(lambda _send, _now: failed("timed_out"))
    end = world.one(looking_up(context=world.context(guards(limits=LimitRule(per_day=2)))))
    assert (end.code, world.outcomes[0].attempts) == ("timed_out", 2)


def test_an_open_breaker_answers_at_once_with_a_time() -> None:
    """After 20 failures nothing is sent; the audit counts no attempt, and nothing is taken from the day."""
    world = World(lambda _send, _now: failed("connect_failed"))
    shared = guards(retry=RetryRule(attempts=1), breaker=BreakerRule(), limits=LimitRule(per_day=21))
    context = world.context(shared)
    ends = [world.one(looking_up(context=context)) for _call in range(30)]
    assert [end.code for end in ends] == ["connect_failed"] * 20 + ["circuit_open"] * 10
    assert all(0 < getattr(end.error, "retry_after", 0) <= 4.8 for end in ends[20:])
    assert (len(world.sent), world.outcomes[-1].attempts) == (20, 0)


def test_a_platform_that_is_back_closes_the_breaker() -> None:
    """Three answers after its seconds, and calls go through as before."""
    world = World(lambda _send, now: answered() if now > 5.0 else failed("connect_failed"))
    shared = guards(retry=RetryRule(attempts=1), breaker=BreakerRule())
    context = world.context(shared)
    for _call in range(20):
        world.one(looking_up(context=context))
    world.now = 6.0
    assert [world.one(looking_up(context=context)).code for _call in range(10)] == [None] * 10
    assert shared.breaker is not None and shared.breaker.state == "closed"


def test_a_breaker_that_opens_while_a_call_waits_holds_it_back() -> None:
    """A call in line is not sent after all and gives its place of the day back; nobody new gets in line."""
    world = World(lambda _send, now: failed("connect_failed") if now < 9.0 else answered())
    limits = LimitRule(per_second=1, per_day=3)
    context = world.context(guards(retry=RetryRule(attempts=1), breaker=BreakerRule(least=2), limits=limits))
    moments = [0.0, 0.0, 0.0, 1.5, 10.0, 20.0]
    ends = world.run([(at, lambda: looking_up(context=context)) for at in moments])
    down, closed, spent = "connect_failed", "circuit_open", "quota_spent"
    assert [end.code for end in ends] == [down, down, closed, closed, None, spent]
    assert [round(end.ended, 2) for end in ends] == [0.0, 1.0, 2.0, 1.5, 10.1, 20.0]
    assert [outcome.attempts for outcome in world.outcomes] == [1, 1, 0, 0, 1, 0]


def test_a_breaker_that_opens_between_attempts_ends_the_call_with_its_own_error() -> None:
    """Where no repeat is let through the caller hears what went wrong, not that there was no repeat."""
    world = World(lambda _send, _now: failed("connect_failed"))
    context = world.context(guards(breaker=BreakerRule(least=2)))
    end = world.one(looking_up(context=context))
    assert (end.code, world.outcomes[0].attempts) == ("connect_failed", 2)


@pytest.mark.parametrize("take", [Took(0.1, reply(NOBODY)), Took(0.1, reply(status=403)), failed("credential_refused")])
def test_answers_and_rejections_leave_it_closed(take: Took) -> None:
    """Forty of them in a row are forty calls of a healthy platform."""
    world, shared = World(lambda _send, _now: take), guards(breaker=BreakerRule())
    context = world.context(shared)
    ends = [world.one(looking_up(context=context)) for _call in range(40)]
    assert len(world.sent) == 40 == len(ends)
    assert shared.breaker is not None and shared.breaker.state == "closed"


def test_impatient_callers_do_not_shut_others_out() -> None:
    """Forty calls with 50 ms each against a platform that needs 100 ms leave the breaker closed."""
    world, shared = World(lambda _send, _now: answered(0.1)), guards(breaker=BreakerRule())
    context = world.context(shared)
    assert {world.one(looking_up(context=context, deadline=0.05)).code for _call in range(40)} == {"timed_out"}
    assert world.one(looking_up(context=context)).code is None


@pytest.mark.parametrize("interrupted", [False, True])
def test_whoever_gives_up_leaves_nothing_behind(*, interrupted: bool) -> None:
    """A flow that is closed or interrupted at its send frees its place and its probe, and costs no token."""
    shared = guards(breaker=BreakerRule(least=3, probes=1))
    world = World(lambda _send, _now: failed("connect_failed"))
    context = world.context(shared)
    world.one(looking_up(context=context))
    world.now += 10.0
    for _call in range(5):
        flow = looking_up(context=context)
        effect = next(flow)
        while not isinstance(effect, Send):
            effect = flow.send(None)
        if interrupted:
            assert isinstance(flow.throw(KeyboardInterrupt()), Audit)
        flow.close()
    assert shared.limits.inside == 0
    assert shared.quota.left == CAPACITY - 2 * COST
    assert shared.breaker is not None
    shared.breaker.check(world.now)
