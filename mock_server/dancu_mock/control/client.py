"""The verbs of the control port in Python, for a test whose mock runs in another process or container."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import httpx

from dancu_mock.control.models import (
    Certificate,
    Clock,
    JournalPage,
    PeoplePage,
    ScenarioInPlay,
    Scenarios,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any, Self

    from pydantic import BaseModel

    from dancu_mock.certificates import CertificateKind
    from dancu_mock.people import Person
    from dancu_mock.stage import When

__all__ = ["ControlRefused", "MockPlatform", "Scene"]

M = TypeVar("M", bound="BaseModel")


class ControlRefused(ValueError):
    """The control port did not do it.

    Attributes:
        status: of the HTTP answer.
        code: for programs, as in the OpenAPI document.
        detail: a sentence.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


class Scene(AbstractContextManager["Scene"]):
    """A scenario that was put on the stage; leaves it when the ``with`` block ends, or at `end`.

    Attributes:
        id: on the stage.
    """

    def __init__(self, platform: MockPlatform, playing: int) -> None:
        self._platform = platform
        self.id = playing

    def end(self) -> None:
        """Take it off the stage, if it still is on it."""
        self._platform.end(self.id)

    def __exit__(self, *_exception: object) -> None:
        self.end()


class MockPlatform(AbstractContextManager["MockPlatform"]):
    """A mock that runs elsewhere, moved through its control port.

    ::

        with MockPlatform("http://127.0.0.1:8499", token) as platform, platform.scenario("throttled", times=2):
            ...

    Every verb raises `ControlRefused`, or httpx.TransportError where nobody answers.

    Args:
        url: of the control port.
        token: as ``dancu mock serve`` wrote it.
        timeout: seconds for each step of a call.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 5.0) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def status(self) -> Status:
        """What runs, and in what state."""
        return self._get("/v1/status", Status)

    def scenarios(self) -> Scenarios:
        """Every scenario that can be played, and those in play."""
        return self._get("/v1/scenarios", Scenarios)

    def scenario(self, name: str, times: int | None = None, *, when: When | None = None) -> Scene:
        """Play a scenario for the next ``times`` calls that fit ``when``, or until told otherwise."""
        fitting = None if when is None else asdict(when)
        body = {"name": name, "times": times, "when": fitting}
        return Scene(self, self._post("/v1/scenarios", body, ScenarioInPlay).id)

    def end(self, playing: int) -> bool:
        """Take one scenario off the stage; whether it still was on it."""
        try:
            self._call("DELETE", f"/v1/scenarios/{playing}")
        except ControlRefused as refused:
            if refused.code != "not_found":
                raise
            return False
        return True

    def clear(self) -> None:
        """Take every scenario off the stage."""
        self._call("DELETE", "/v1/scenarios")

    def add(self, *people: Person) -> None:
        """Add people to the register; all of them or none."""
        self._post("/v1/people", {"people": [asdict(person) for person in people]}, PeoplePage)

    def people(self, search: str = "", *, offset: int = 0, limit: int = 20) -> list[Person]:
        """Some people of the register."""
        asked = {"search": search, "offset": str(offset), "limit": str(limit)}
        return self._get("/v1/people", PeoplePage, asked).people

    def journal(self, after: int = 0) -> JournalPage:
        """The calls after so many; the ``next`` of the answer is the ``after`` of the next question."""
        return self._get("/v1/journal", JournalPage, {"after": str(after)})

    def clear_journal(self) -> None:
        """Forget calls and handshakes."""
        self._call("DELETE", "/v1/journal")

    def clock(self) -> Clock:
        """The platform's time."""
        return self._get("/v1/clock", Clock)

    def advance(self, seconds: float) -> Clock:
        """Move the platform's time forward."""
        return self._post("/v1/clock", {"advance": seconds}, Clock)

    def set_clock(self, at: float) -> Clock:
        """Let the platform's time be a moment, in seconds since 1970, and go on from there."""
        return self._post("/v1/clock", {"at": at}, Clock)

    def reset_clock(self) -> None:
        """Let the platform's time be the real one."""
        self._call("DELETE", "/v1/clock")

    def certificate(self) -> CertificateKind:
        """The kind of certificate that new handshakes are shown."""
        return self._get("/v1/certificates", Certificate).kind

    def rotate(self, kind: CertificateKind = "good") -> None:
        """Show another certificate to new handshakes; no call in flight is lost."""
        self._post("/v1/certificates", {"kind": kind}, Certificate)

    def restore(self) -> None:
        """Show the certificate of the start again."""
        self._call("DELETE", "/v1/certificates")

    def reset(self) -> None:
        """Be as at the start: stage, journal, ids, tokens, clock, added people, certificate."""
        self._call("POST", "/v1/reset")

    def _get(self, path: str, kind: type[M], query: Mapping[str, str] | None = None) -> M:
        return kind.model_validate_json(self._call("GET", path, query=query))

    def _post(self, path: str, body: object, kind: type[M]) -> M:
        return kind.model_validate_json(self._call("POST", path, body=body))

    def _call(self, method: str, path: str, *, body: object = None, query: Mapping[str, str] | None = None) -> bytes:
        answer = self._http.request(method, path, json=body, params=query)
        if answer.is_success:
            return answer.content
        raise _refused(answer)


def _refused(answer: httpx.Response) -> ControlRefused:
    """The problem in an answer, or what can be told of one that is none of ours."""
    try:
        told: Any = answer.json()
        return ControlRefused(answer.status_code, str(told["code"]), str(told["detail"]))
    except (ValueError, KeyError, TypeError):
        return ControlRefused(answer.status_code, "not_control", "who answered is not the control port of a mock")
