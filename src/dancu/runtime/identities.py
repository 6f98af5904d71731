"""Our identity towards a peer, and its successors: certificate files that change are taken over in use.

::

    in use ──files changed──► loaded and tried in memory ──► in use, on probation ──an answer──► in use
       ▲                        │ unusable                        │ the platform refuses it
       └──────── kept ◄─────────┴─────────────────────────────────┘

While a new identity is on probation its predecessor is at hand: what the platform refuses of the new one, be it
that it does not know our certificate or that our new CA does not know the platform's, is asked under the old one
within the same call, and no call fails (security.md R12, R13). Nothing runs by itself: the files are looked at
when a call begins, once a second at most.
"""

from __future__ import annotations

import datetime
import logging
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from dancu.errors import ConfigurationError, DancuError
from dancu.events import Event, IdentityChanged, IdentityEnding
from dancu.runtime.tls import Identity
from dancu.runtime.trial import try_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from dancu.events import Observer
    from dancu.runtime.key_pairs import KeyPair

    Stamp: TypeAlias = tuple[tuple[int, ...] | None, ...]

__all__ = ["LOOK_SECONDS", "RETRY_SECONDS", "Identities"]

LOOK_SECONDS = 1.0
"""The files are looked at this often at most."""
RETRY_SECONDS = 300.0
"""Files that cannot be used are tried again after this time even when nobody touched them: a certificate may
not be valid yet, or the platform may not know it yet."""

_REFUSALS = frozenset({"client_certificate_refused", "server_untrusted"})
_LOGGER = logging.getLogger("dancu.certificates")
# A program that sets no logging up hears nothing from a library, not even through logging's last resort.
_LOGGER.addHandler(logging.NullHandler())


AnIdentity = TypeVar("AnIdentity", bound=Identity)


class Identities(Generic[AnIdentity]):
    """The identity in use; safe for threads.

    Args:
        load: reads and checks the files, and raises `ConfigurationError` for what cannot be used.
        files: those it reads.
        attempt: has a pair do what it is for, in memory, and raises `ConfigurationError` where it does not.
        tell: an observer, told of `IdentityChanged` and `IdentityEnding`.

    Attributes:
        current: the identity for new connections.
        generation: 1 for the first; every change adds one.
        trouble: why the newest files are not in use; None where they are.

    Raises:
        ConfigurationError: what ``load`` raises.
    """

    def __init__(
        self,
        load: Callable[[], AnIdentity],
        files: Sequence[Path],
        *,
        attempt: Callable[[KeyPair], None] = try_pair,
        tell: Observer | None = None,
    ) -> None:
        self._load = load
        self._files = tuple(files)
        self._attempt = attempt
        self._tell = tell
        self._lock = threading.RLock()
        self._used: Stamp | None = self._stamp()
        self._failed: Stamp | None = None
        self._retry_at: datetime.datetime | None = None
        self._looked: datetime.datetime | None = None
        self._said: dict[str, datetime.date] = {}
        self._predecessor: AnIdentity | None = None
        self.current = load()
        self.generation = 1
        self.trouble: DancuError | None = None

    def check(self, now: datetime.datetime) -> None:
        """Before a call: take over files that changed, warn of an end that is near, refuse what has ended.

        Raises:
            ConfigurationError: ``certificate_unusable``: the certificate in use has ended.
        """
        if self._lock.acquire(blocking=False):
            try:
                self._look(now)
            finally:
                self._lock.release()
        self.current.check(now)

    def on_probation(self, identity: Identity) -> bool:
        """Whether no answer has come yet under this identity, and another one is at hand."""
        return self._predecessor is not None and identity is self.current

    def answered(self, identity: Identity) -> None:
        """An answer came under this identity: its probation is over."""
        if not self.on_probation(identity):
            return
        with self._lock:
            if not self.on_probation(identity):
                return
            self._predecessor = self.trouble = None
        self._event(IdentityChanged(state="replaced"))

    def replaces(self, identity: Identity, failure: DancuError) -> bool:
        """Whether to ask once more under `current`: the platform refused ``identity``, and that is another by now."""
        if failure.code not in _REFUSALS:
            return False
        with self._lock:
            if identity is not self.current:
                return True
            old, now = self._predecessor, self._looked
            if old is None or now is None or (old.not_after is not None and old.not_after <= now):
                return False
            self.current, self._predecessor = old, None
            self.generation += 1
            self._used, self._failed = None, self._used
            self._retry_at = now + datetime.timedelta(seconds=RETRY_SECONDS)
            self._keep(failure, now)
        return True

    def _stamp(self) -> Stamp:
        return tuple(_stamp(path) for path in self._files)

    def _look(self, now: datetime.datetime) -> None:
        if self._looked is not None and abs((now - self._looked).total_seconds()) < LOOK_SECONDS:
            return
        self._looked = now
        self._warn_of_end(now)
        stamp = self._stamp()
        if stamp == self._used or (stamp == self._failed and self._retry_at is not None and now < self._retry_at):
            return
        self._take_over(stamp, now)

    def _take_over(self, stamp: Stamp, now: datetime.datetime) -> None:
        try:
            fresh = self._load()
            if fresh.pair is not None:
                self._attempt(fresh.pair)
        except ConfigurationError as error:
            self._put_off(stamp, now, error)
            return
        self._used, self._failed = stamp, None
        self._predecessor = self._predecessor or self.current
        self.current = fresh
        self.generation += 1

    def _put_off(self, stamp: Stamp, now: datetime.datetime, error: DancuError) -> None:
        """Files that nobody has touched since the last look are wrong; before, a writer may have been half-way."""
        quiet = stamp == self._failed
        self._failed = stamp
        self._retry_at = now + datetime.timedelta(seconds=RETRY_SECONDS if quiet else LOOK_SECONDS)
        if quiet:
            self._keep(error, now)
        else:
            self._said.pop("kept", None)

    def _keep(self, error: DancuError, now: datetime.datetime) -> None:
        self.trouble = error
        if self._first_today("kept", now):
            # Events bear no reasons.
            _LOGGER.warning(
                "the new certificate files are not used: %s: %s; the old ones stay in use",
                error.field or error.code,
                error.detail,
            )
            self._event(IdentityChanged(state="kept"))

    def _warn_of_end(self, now: datetime.datetime) -> None:
        """Once a day for each of `dancu.runtime.tls.ENDING_DAYS`."""
        identity = self.current
        threshold, left = identity.ends_within(now), identity.days_left(now)
        if threshold is None or left is None or left < 0:
            return
        if self._first_today(f"ends within {threshold}", now):
            self._event(IdentityEnding(days=left))

    def _first_today(self, what: str, now: datetime.datetime) -> bool:
        today = now.date()
        said = self._said.get(what) == today
        self._said[what] = today
        return not said

    def _event(self, event: Event) -> None:
        if self._tell is not None:
            self._tell(event)


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What differs when a file was written, replaced or given to somebody; None where it cannot be looked at."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (
        *(found.st_dev, found.st_ino, found.st_size, found.st_mode),
        *(found.st_uid, found.st_mtime_ns, found.st_ctime_ns),
    )
