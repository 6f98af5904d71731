"""What is examined: each step of a call is taken once, when the first check wants it, and remembered."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dancu.admission import admission
from dancu.assembly import _identity, assemble, lane_settings
from dancu.diagnose.question import put
from dancu.errors import DancuError
from dancu.profiles.loader import load_profile, read_secret
from dancu.runtime.blocking import BlockingDriver
from dancu.runtime.blocking_lanes import BlockingLanes
from dancu.runtime.clock import system_clock
from dancu.runtime.peers import Peer
from dancu.runtime.probe import Seen, Target, look
from dancu.runtime.tls import TlsFiles, load_tls
from dancu.settings import profile_from_environment
from dancu.wire.messages import WireRequest

if TYPE_CHECKING:
    import os
    import ssl

    from dancu.assembly import Parts
    from dancu.diagnose.question import Answer
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Clock
    from dancu.profiles.schema import Profile
    from dancu.runtime.tls import Identity

__all__ = ["Patient"]

_PORTS = {"https": 443, "http": 80}


class Patient:
    """A profile under examination; close it at the end.

    Args:
        source: path of the profile; None for the one in ``DANCU_PROFILE``.
        purpose: of the questions; without one none is asked.
        subject: whom to ask about instead of an invented person.
        clock: clocks to use instead of the machine's.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | None,
        *,
        purpose: Purpose | None,
        subject: Subject | None,
        clock: Clock | None,
    ) -> None:
        self._source = source
        self._lanes: BlockingLanes | None = None
        self.purpose = purpose
        self.subject = subject
        self.clock = clock or system_clock()
        self.questions = 0

    @cached_property
    def path(self) -> Path:
        """The profile's file."""
        return profile_from_environment() if self._source is None else Path(self._source)

    @property
    def name(self) -> str:
        """The profile's file as it was named; empty where nothing names one."""
        try:
            return str(self.path)
        except DancuError:
            return ""

    @cached_property
    def text(self) -> str:
        """The profile's text; empty where it cannot be read."""
        try:
            return self.path.read_text(encoding="utf-8")
        except (DancuError, OSError, UnicodeDecodeError):
            return ""

    @cached_property
    def profile(self) -> Profile:
        """The profile, loaded."""
        return load_profile(self.path)

    def read_secrets(self) -> None:
        """Read every secret of the credential and of the client's key."""
        profile = self.profile
        admission(profile.credential, profile.directory, clock=self.clock)
        if profile.tls is not None and profile.tls.password is not None:
            read_secret(profile.tls.password, profile.directory, "tls.password")

    @cached_property
    def parts(self) -> Parts:
        """What a client is made of."""
        return assemble(self.profile, audit=None, clock=self.clock)

    @cached_property
    def identity(self) -> Identity | DancuError | None:
        """Our side of TLS; None for plain http to loopback."""
        if self.profile.tls is None or not self.profile.endpoint.url.startswith("https:"):
            return None
        try:
            return _identity(self.profile.tls, self.profile, self.clock)
        except DancuError as error:
            return error

    @cached_property
    def way(self) -> Seen:
        """The way to the platform."""
        identity = self.identity
        if identity is None or isinstance(identity, DancuError):
            return look(self._target(None, presents=True))
        return look(self._target(identity.context, presents=identity.presents_certificate))

    def _target(self, context: ssl.SSLContext | None, *, presents: bool) -> Target:
        endpoint = self.profile.endpoint
        url, proxy = urlsplit(endpoint.url), urlsplit(endpoint.proxy or "")
        return Target(
            host=url.hostname or "",
            port=url.port or _PORTS[url.scheme],
            path=url.path,
            context=context,
            presents_certificate=presents,
            peer=Peer(endpoint.server_name, endpoint.server_pin),
            proxy=(proxy.hostname, proxy.port) if proxy.hostname and proxy.port else None,
            seconds=self.profile.deadline.connect,
            tls=url.scheme == "https",
        )

    def names_borne(self) -> tuple[str, ...]:
        """The names in a certificate that bears none we expected; its chain is verified all the same.

        Nothing is sent, not even our certificate.
        """
        tls = self.profile.tls
        if tls is None or self.profile.endpoint.proxy is not None:
            return ()
        files = TlsFiles(ca=self.profile.directory / tls.ca, by_pin=True)
        identity = load_tls(files, now=self.clock.now(), production=self.profile.environment == "production")
        target = self._target(identity.context, presents=False)
        return look(target, only_names=True).names

    @property
    def driver(self) -> BlockingDriver:
        """What performs the effects of flows, over the lanes of a client."""
        if self._lanes is None:
            self._lanes = BlockingLanes(lane_settings(self.parts))
        return BlockingDriver(transport=self._lanes, sink=self.parts.sink, store=self.parts.store)

    def fetch_token(self) -> None:
        """Have the credential's family authorise a request that is never sent."""
        context = self.parts.context
        until = context.clock.monotonic() + context.times.attempt
        request = WireRequest(self.profile.endpoint.url, "/", (), b"")
        self.driver.run(context.credential.authorise(request, until=until))

    @cached_property
    def answer(self) -> Answer:
        """What came of the question about nobody, or about the subject, and of at most three more."""
        return put(self)

    def close(self) -> None:
        """Close what was opened."""
        if self._lanes is not None:
            self._lanes.close()
        if "parts" in self.__dict__:
            self.parts.sink.close()
