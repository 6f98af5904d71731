"""Whether to ask again and after how long: tenacity's kernel under our own rules.

::

    error ─► may it be asked again? ─► after how long? ─► attempts, time and tokens left? ─► seconds
                 └ no ─► None                                  └ no ─► None: the error is the call's

The kernel reads a clock of its own for the time elapsed, so none of its stop and wait rules is
used: it gets three callables, which decide by the times that the flow hands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenacity import DoSleep, RetryCallState, Retrying

from dancu.errors import DancuError, Unavailable
from dancu.policy.quota import COST, EARNED, THROTTLED_COST
from dancu.wire.native import is_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.errors import Code
    from dancu.policy.quota import RetryQuota

__all__ = ["NEVER", "ONCE", "Repeats", "RetryRule", "may_repeat"]

NEVER: frozenset[Code] = frozenset({"server_untrusted", "answer_mismatch", "audit_unavailable", "circuit_open"})
"""Never asked again, whatever the far side says of them."""
ONCE: frozenset[Code] = frozenset({"empty_answer", "unreadable_answer"})
"""Asked again once in a call: a second answer of the kind is no accident."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often and how soon.

    Attributes:
        attempts: at most, the first included; 1 is no repeat.
        base: seconds; the first wait is a random share of it, each further one of twice as much.
        cap: seconds that a wait is a share of at most.
        behind_gateway: the far side is a gateway of ours, which repeats by itself.
    """

    attempts: int = 3
    base: float = 0.2
    cap: float = 5.0
    behind_gateway: bool = False


def may_repeat(error: DancuError, *, behind_gateway: bool = False) -> bool:
    """Whether the same question may be put again after this error; all services are reads.

    What a gateway of ours reports it has repeated itself, and layers that all repeat multiply
    (security.md T27). So through one only its own limits are waited for, where it says how long
    (``Retry-After``), and a connection that was not made is tried again.
    """
    if not isinstance(error, Unavailable) or not error.retryable or error.code in NEVER:
        return False
    if not behind_gateway:
        return error.origin != "dancu"
    if is_problem(error):
        return error.retry_after is not None and error.code == "too_busy"
    return error.retry_after is not None or error.code == "connect_failed"


class Repeats:
    """One call's repeats; for one flow, the quota is what calls share.

    Args:
        rule: how often and how soon.
        quota: of the upstream and credential.
        random: from 0 to below 1, injected.
        until: the call's end, seconds of the monotonic clock.
    """

    __slots__ = ("_kernel", "_now", "_once", "_paid", "_quota", "_random", "_rule", "_state", "_took", "_until")

    def __init__(self, rule: RetryRule, *, quota: RetryQuota, random: Callable[[], float], until: float) -> None:
        self._rule = rule
        self._quota = quota
        self._random = random
        self._until = until
        self._kernel: Retrying | None = None
        self._state: RetryCallState
        self._now = self._took = 0.0
        self._once = False
        self._paid = 0

    def after(self, error: DancuError, *, now: float, took: float) -> float | None:
        """Seconds to wait before the question is put again; None where ``error`` is the call's.

        Args:
            error: what the attempt came to.
            now: seconds of the monotonic clock.
            took: seconds of that attempt; a repeat that has less time is not begun.
        """
        if self._kernel is None:
            # Nothing of tenacity is made for a call whose first attempt is answered.
            self._kernel = Retrying(stop=self._stops, wait=self._wait, retry=self._retries, reraise=True)
            self._kernel.begin()
            self._state = RetryCallState(self._kernel, None, (), {})
        self._now, self._took = now, took
        self._state.set_exception((type(error), error, None))
        try:
            step = self._kernel.iter(self._state)
        except DancuError:
            return None
        assert isinstance(step, DoSleep)  # noqa: S101  # after an error it raises or sleeps
        self._state.prepare_for_next_attempt()
        return float(step)

    def answered(self) -> None:
        """An attempt was answered: give back what it cost, or earn a token."""
        self._quota.give(self._paid or EARNED)

    def _retries(self, state: RetryCallState) -> bool:
        error = _error_of(state)
        if error.code in ONCE and self._once:
            return False
        self._once = self._once or error.code in ONCE
        return may_repeat(error, behind_gateway=self._rule.behind_gateway)

    def _wait(self, state: RetryCallState) -> float:
        """Full jitter; after what the far side asked for, where it did."""
        share = min(self._rule.cap, self._rule.base * 2.0 ** (state.attempt_number - 1))
        return (_error_of(state).retry_after or 0.0) + self._random() * share

    def _stops(self, state: RetryCallState) -> bool:
        if state.attempt_number >= self._rule.attempts:
            return True
        if self._now + state.upcoming_sleep + self._took >= self._until:
            return True
        cost = THROTTLED_COST if _error_of(state).code == "throttled" else COST
        if not self._quota.take(cost):
            return True
        self._paid = cost
        return False


def _error_of(state: RetryCallState) -> DancuError:
    assert state.outcome is not None  # noqa: S101  # the kernel is asked after an error only
    error = state.outcome.exception()
    assert isinstance(error, DancuError)  # noqa: S101  # no other kind is told to it
    return error
