"""The doors in this process and answers that come late: too late is told at once, and in time comes at once."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu_mock import Mock

from .conftest import LOOK_UP, credentials, enveloped, look_up

if TYPE_CHECKING:
    from pathlib import Path

URL = f"https://mock.example{LOOK_UP}"
DRIPPED = """
chunks = ["HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n", "o", "k", "and what nobody waits for"]
delays = [0.0, 2.0, 2.0, 60.0]
end = "keep"
"""


def playing(folder: Path, step: str) -> Mock:
    """A mock that plays one step of a scenario for ever."""
    (folder / "late.toml").write_text(
        f'name = "late"\ntitle = {{ vi = "a", en = "b" }}\n[[steps]]\n{step}', encoding="utf-8"
    )
    mock = Mock(scenarios=folder)
    mock.scenario("late")
    return mock


def answer(mock: Mock, **extensions: Any) -> httpx.Response:
    """The answer to a request that says how long it waits."""
    headers = credentials(mock, LOOK_UP)
    request = httpx.Request("POST", URL, content=enveloped(look_up("l")), headers=headers, extensions=extensions)
    response = mock.transport().handle_request(request)
    response.read()
    return response


@pytest.mark.parametrize(("left", "comes"), [(3.9, False), (4.5, True), (None, True)])
def test_a_deadline_is_for_the_whole_answer(tmp_path: Path, left: float | None, comes: bool) -> None:
    """Parts that take four seconds together are too late for a deadline before that, and nobody waits for either."""
    mock, began = playing(tmp_path, DRIPPED), time.monotonic()
    extensions = {} if left is None else {"deadline": began + left}
    if comes:
        assert answer(mock, **extensions).content == b"ok"
    else:
        with pytest.raises(httpx.ReadTimeout):
            answer(mock, **extensions)
    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize(("read", "comes"), [(1.9, False), (2.1, True), (None, True)])
def test_a_read_timeout_is_for_each_part(tmp_path: Path, read: float | None, comes: bool) -> None:
    """A client of httpx waits for each part anew, as over a socket."""
    mock = playing(tmp_path, DRIPPED)
    timeout = httpx.Timeout(5.0, read=read).as_dict()
    if comes:
        assert answer(mock, timeout=timeout).content == b"ok"
    else:
        with pytest.raises(httpx.ReadTimeout):
            answer(mock, timeout=timeout)


@pytest.mark.parametrize("end", ["close", "reset"])
def test_what_comes_after_the_deadline_is_not_seen(tmp_path: Path, end: str) -> None:
    """An answer without a length that would be ended later is not taken for a whole one."""
    step = f'chunks = ["HTTP/1.1 200 OK\\r\\n\\r\\n<a>", "</a>"]\ndelays = [0.0, 2.0]\nend = "{end}"\n'
    with pytest.raises(httpx.ReadTimeout):
        answer(playing(tmp_path, step), deadline=time.monotonic() + 1.0)


def test_a_well_formed_answer_may_be_late(tmp_path: Path) -> None:
    """A status with a delay is too late for the awaiting door and for a respx route's side effect, and not lost."""
    mock = playing(tmp_path, "status = 503\nat = 'gate'\ndelay = 2.0\n")
    headers = credentials(mock, LOOK_UP)

    async def question(read: float) -> int:
        async with httpx.AsyncClient(transport=mock.async_transport(), timeout=read) as client:
            return (await client.post(URL, content=enveloped(look_up("l")), headers=headers)).status_code

    with pytest.raises(httpx.ReadTimeout):
        asyncio.run(question(1.0))
    assert asyncio.run(question(5.0)) == 503
    request = httpx.Request("POST", URL, content=b"", headers=headers, extensions={"timeout": {"read": 1.0}})
    with pytest.raises(httpx.ReadTimeout):
        mock.respx_side_effect(request)
    assert [call.scenario for call in mock.journal.calls] == ["late"] * 3
