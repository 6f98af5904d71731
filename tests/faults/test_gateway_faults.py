"""Every fault of the matrix as an application in any language sees it: a problem in the gateway's own words alone."""

from __future__ import annotations

import contextlib
import re
import signal
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu.errors import CODES
from dancu.gateway.problems import meaning
from dancu_mock import Mock, MockServer

from ..faultproxy.proxy import FaultProxy  # noqa: TID252  # test folders are no packages: there is no absolute name
from ..gateway.conftest import question, start, write_files  # noqa: TID252  # as above
from .catalogue import FAULTS, Fault
from .test_matrix import DEADLINE, Faces

if TYPE_CHECKING:
    from collections.abc import Iterator

_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_ALWAYS = {"type", "title", "status", "code", "retryable", "reference"}
_HEADERS = {"date", "content-type", "content-length", "retry-after", "ratelimit", "ratelimit-policy"}


@dataclass(frozen=True)
class Asked:
    """A gateway whose platform can be broken, and who asks it."""

    faces: Faces
    client: httpx.Client

    def look_up(self) -> httpx.Response:
        """A question over plain HTTP, as Java or PHP would put it."""
        return self.client.post("v1/lookup", json=question(fields=["name"]), headers={"Accept-Language": "vi"})


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Mock, proxy, a gateway process, and a client of it that is no SDK."""
    directory = tmp_path_factory.mktemp("faults")
    with contextlib.ExitStack() as stack:
        mock = Mock()
        platform = stack.enter_context(MockServer(mock))
        proxy = stack.enter_context(FaultProxy(platform.port))
        key, _slow = write_files(directory, platform)
        text = (directory / "profile.toml").read_text(encoding="utf-8").replace(f":{platform.port}/", f":{proxy.port}/")
        text += f"\n[deadline]\ncall = {DEADLINE}\n[breaker]\nenabled = false\n"
        (directory / "profile.toml").write_text(text, encoding="utf-8")
        process, url = start(directory)
        stack.enter_context(process)
        stack.callback(process.send_signal, signal.SIGTERM)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(directory / "ca.pem")
        headers = {"Authorization": f"Bearer {key}"}
        client = httpx.Client(base_url=url, verify=context, trust_env=False, timeout=10, headers=headers)
        yield Asked(Faces(mock, platform, proxy, sink=None), stack.enter_context(client))  # type: ignore[arg-type]  # the gateway has its own


def own_words(answer: httpx.Response) -> dict[str, Any]:
    """The problem of an answer, of which every word, key and header is the gateway's own."""
    told: dict[str, Any] = answer.json()
    status, words = meaning(told["code"])
    assert answer.status_code == status and answer.headers["Content-Type"] == "application/problem+json"
    assert set(told) <= _ALWAYS and set(answer.headers) <= _HEADERS
    assert (told["type"], told["status"], told["title"]) == (f"/problems/{told['code']}", status, words.vi)
    assert isinstance(told["retryable"], bool) and _ULID.fullmatch(told["reference"])
    return told


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_a_problem_in_our_words(asked: Asked, fault: Fault) -> None:
    """The status that its code has in the table, nothing of what the platform sent, and an answer right afterwards."""
    with asked.faces.playing(fault):
        came = ended(asked, fault)
    assert came in fault.codes if fault.codes else came is None
    assert ended(asked) is None


def ended(asked: Asked, fault: Fault | None = None) -> str | None:
    """The code of a problem, or None for the answer; a machine that held its breath is given two more chances."""
    codes = frozenset[str]() if fault is None else fault.codes
    code: str | None = None
    for _chance in range(3):
        answer = asked.look_up()
        if answer.status_code == 200:
            assert answer.json()["outcome"] == "found"
            code = None
        else:
            code = own_words(answer)["code"]
            assert answer.status_code == CODES[code].status  # type: ignore[index]  # own_words has looked it up
        if code in codes or (code is None and not codes):
            break
    return code


def test_foreign_words_are_noticed() -> None:
    """A problem that repeats a fault string of a platform, or has a key or header of it, is told apart."""
    good = {"type": "/problems/provider_fault", "title": meaning("provider_fault")[1].vi, "status": 502}
    good |= {"code": "provider_fault", "retryable": False, "reference": "01M84D9WHBH09B39QE0N2AXWKG"}
    kind = {"Content-Type": "application/problem+json"}
    own_words(httpx.Response(502, json=good, headers=kind))
    for wrong, headers in (
        ({**good, "title": "ORA-12541: TNS:no listener"}, kind),
        ({**good, "detail": "soapenv:Server"}, kind),
        (good, {**kind, "X-Powered-By": "platform"}),
        ({**good, "status": 500}, kind),
    ):
        with pytest.raises(AssertionError):
            own_words(httpx.Response(502, json=wrong, headers=headers))


def test_there_are_45_of_them() -> None:
    """As many faults as the matrix has, most of which do harm."""
    assert len(FAULTS) >= 45 and len([one for one in FAULTS if one.codes]) >= 40
