"""The plugin in suites that are not ours, each run by a pytest of its own: order, workers, blocked network, respx."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

ROOT = Path(__file__).parents[2]

HEAD = """\
import os, pathlib
import pytest
from dancu import Found, NotMatched, Officer, Purpose, Subject, Unavailable

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="draft-1")

def ask(client, mock):
    return client.look_up(mock.persona("citizen"), fields=["name"], purpose=PURPOSE, deadline=1.0)
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a suite with strict markers, warnings as errors, this plugin and those named, and no other."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT / "mock_server")]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers --strict-config\n")

    def started(source: str, *arguments: str, plugins: tuple[str, ...] = ()) -> pytest.RunResult:
        pytester.makepyfile(test_suite=source)
        loaded = [word for name in ("dancu.testing", *plugins) for word in ("-p", name)]
        return pytester.runpytest_subprocess(*loaded, "-p", "no:cacheprovider", *arguments, timeout=50)

    return started


def test_a_run_without_its_fixtures_loads_nothing(run: Run) -> None:
    """Where no fixture is used, neither the SDK nor the mock nor what they need is imported."""
    source = """
        import sys

        def test_nothing_is_loaded():
            heavy = {"httpx", "httpcore", "pydantic", "lxml", "cryptography", "tenacity", "h11", "ssl", "dancu_mock"}
            assert sorted(heavy & sys.modules.keys()) == []
            ours = {name for name in sys.modules if name.split(".")[0] == "dancu"}
            parts = {"dancu.testing." + part for part in ("at_hand", "in_process", "marker", "served")}
            assert ours == {"dancu", "dancu.testing"} | parts

        def test_a_fixture_loads_them(dancu_client):
            assert {"httpx", "pydantic", "lxml", "dancu_mock", "dancu.client"} <= sys.modules.keys()
    """
    run(source, "-p", "no:randomly").assert_outcomes(passed=2)


def test_clients_end_with_their_test(run: Run) -> None:
    """Both clients are closed after the test, the awaiting one without an event loop."""
    source = f"""{HEAD}
import asyncio
KEPT = []

def test_they_work(dancu_client, dancu_async_client, dancu_mock):
    KEPT.extend([dancu_client, dancu_async_client, dancu_mock])
    assert isinstance(ask(dancu_client, dancu_mock), Found)

def test_they_are_closed():
    with pytest.raises(RuntimeError, match="this Client is closed"):
        ask(KEPT[0], KEPT[2])
    with pytest.raises(RuntimeError, match="this AsyncClient is closed"):
        asyncio.run(ask(KEPT[1], KEPT[2]))
"""
    run(source).assert_outcomes(passed=2)


def test_a_type_of_it_may_be_imported(run: Run) -> None:
    """A suite that names the fixtures' types at run time is as light."""
    source = """
        import sys
        from dancu.testing import DancuMock, DancuMockServer

        def test_nothing_is_loaded():
            assert (DancuMock.__module__, DancuMockServer.__module__) != ("", "")
            assert "httpx" not in sys.modules
    """
    run(source).assert_outcomes(passed=1)


def test_the_marker_is_declared(run: Run) -> None:
    """``pytest --markers`` lists the marker with its arguments."""
    run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.dancu_scenario(name, times=None, [*], service=None*"])


def test_markers_of_a_module_hold_for_its_tests(run: Run) -> None:
    """A ``pytestmark`` plays in every test of the module that asks for a mock, and disturbs no other."""
    source = f"""{HEAD}
pytestmark = pytest.mark.dancu_scenario("html_200")

def test_it_plays(dancu_mock, dancu_client):
    with pytest.raises(Unavailable):
        ask(dancu_client, dancu_mock)

@pytest.mark.dancu_scenario("nobody")
def test_the_nearer_plays(dancu_mock, dancu_client):
    assert isinstance(ask(dancu_client, dancu_mock), NotMatched)

def test_of_something_else():
    pass
"""
    run(source).assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ('@pytest.mark.dancu_scenario("thrott1ed")\ndef test_it(dancu_mock): pass', "*'thrott1ed'. Is it throttled?"),
        ('@pytest.mark.dancu_scenario("hang", 0)\ndef test_it(dancu_mock): pass', "*times is 1 or more"),
        ('@pytest.mark.dancu_scenario("hang", who="x")\ndef test_it(dancu_mock): pass', "*dancu_scenario:*'who'"),
        ("@pytest.mark.dancu_scenario()\ndef test_it(dancu_mock): pass", "*dancu_scenario*missing*'name'"),
        ('@pytest.mark.dancu_scenario("hang")\ndef test_it(): pass', "*dancu_mock or dancu_mock_server*"),
        ('@pytest.mark.dancu_scenario("slo")\ndef test_it(dancu_mock_server): pass', "*'slo'. Is it slow?"),
    ],
)
def test_a_marker_that_cannot_be_played_is_said_in_a_line(run: Run, test: str, said: str) -> None:
    """An unknown scenario, a wrong argument or a missing fixture is an error of the test, without a traceback."""
    result = run(f"import pytest\n{test}\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("During handling*")
    assert [line for line in result.outlines if line.startswith(("E  ", ">"))] == []


def test_a_missing_extra_is_one_sentence(run: Run, pytester: pytest.Pytester) -> None:
    """Where the mock is not there, a fixture says which extra to install."""
    pytester.makeconftest("import sys\nsys.modules['dancu_mock'] = None\n")
    result = run("def test_it(dancu_client): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["the mock needs the extra 'mock': pip install 'dancu[[]mock]' (dancu_mock* is missing)"]
    )
    result.stdout.no_fnmatch_line("During handling*")


def test_scenarios_of_the_suite(run: Run, pytester: pytest.Pytester) -> None:
    """The setting names a folder beside the file with the settings; a fault in it is told with its line."""
    folder = pytester.mkdir("scenarios")
    file = folder / "mine.toml"
    text = 'name = "mine"\ntitle = { vi = "a", en = "b" }\n[[steps]]\nstatus = 503\n'
    file.write_text(text, encoding="utf-8")
    source = f"""{HEAD}
@pytest.mark.dancu_scenario("mine")
def test_it(dancu_mock, dancu_client):
    with pytest.raises(Unavailable) as caught:
        ask(dancu_client, dancu_mock)
    assert caught.value.code == "maintenance"
"""
    told = ("-o", "dancu_scenarios=scenarios")
    run(source, *told).assert_outcomes(passed=1)
    file.write_text(text.replace("503", "99"), encoding="utf-8")
    broken = run(source, *told)
    broken.assert_outcomes(errors=1)
    broken.stdout.fnmatch_lines(["dancu_scenarios: mine.toml:4*"])
    run(source, "-o", "dancu_scenarios=elsewhere").stdout.fnmatch_lines(["dancu_scenarios: elsewhere:*no such folder"])


SHARED = f"""{HEAD}
SEEN = pathlib.Path(os.environ["SEEN"])

@pytest.mark.parametrize("turn", range(6))
def test_in_process(dancu_mock, dancu_client, turn):
    assert (dancu_mock.calls, dancu_mock.clock.offset) == ((), 0.0)
    assert isinstance(ask(dancu_client, dancu_mock), Found)
    dancu_mock.clock.advance(100)
    dancu_mock.scenario("hang")

@pytest.mark.parametrize("turn", range(6))
def test_over_a_socket(dancu_mock_server, turn):
    from dancu import Client, MemorySink
    assert (dancu_mock_server.calls, dancu_mock_server.clock.offset) == ((), 0.0)
    with Client(dancu_mock_server.profile_path, audit=MemorySink()) as client:
        assert isinstance(ask(client, dancu_mock_server), Found)
    dancu_mock_server.clock.advance(100)
    dancu_mock_server.scenario("hang")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "none")
    with SEEN.open("a") as file:
        file.write(f"{{worker}} {{dancu_mock_server.url}}\\n")
"""


def seen(file: Path) -> dict[str, set[str]]:
    """Worker: the servers that its tests met."""
    met: dict[str, set[str]] = {}
    for worker, url in (line.split() for line in file.read_text(encoding="utf-8").splitlines()):
        met.setdefault(worker, set()).add(url)
    return met


def test_every_worker_has_its_own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under pytest-xdist each worker starts one server, and every test has a journal and a clock of its own."""
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    run(SHARED, "-n", "2", "--dist", "each", plugins=("xdist",)).assert_outcomes(passed=24)
    met = seen(tmp_path / "seen")
    assert sorted(met) == ["gw0", "gw1"]
    assert [len(urls) for urls in met.values()] == [1, 1]
    assert met["gw0"] != met["gw1"]


@pytest.mark.parametrize("seed", ["1", "20261123"])
def test_any_order_will_do(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: str) -> None:
    """Under pytest-randomly both kinds of mock serve tests in mixed order."""
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    result = run(SHARED, f"--randomly-seed={seed}", plugins=("pytest_randomly",))
    result.assert_outcomes(passed=12)


def test_a_blocked_network_is_no_hindrance(run: Run) -> None:
    """With pytest-socket's ``--disable-socket`` the fixtures in process work; the server wants its sockets allowed."""
    source = f"""{HEAD}
import asyncio, socket
import pytest_socket

def test_nothing_opens_a_socket(dancu_mock, dancu_client):
    assert isinstance(ask(dancu_client, dancu_mock), Found)
    with pytest.warns(UserWarning, match="tried to use"), pytest.raises(pytest_socket.SocketBlockedError):
        socket.socket()

def test_an_event_loop_needs_one_of_unix(dancu_mock, dancu_async_client):
    async def question():
        return await dancu_async_client.confirm(dancu_mock.persona("citizen"), purpose=PURPOSE)

    asyncio.run(question())
    assert dancu_mock.audited[-1]["result"] == "confirmed"

@pytest.mark.enable_socket
def test_the_server_is_allowed_to(dancu_mock_server):
    from dancu import Client, MemorySink
    with Client(dancu_mock_server.profile_path, audit=MemorySink()) as client:
        assert isinstance(ask(client, dancu_mock_server), Found)
"""
    run(source, "--disable-socket", "--allow-unix-socket", plugins=("pytest_socket",)).assert_outcomes(passed=3)


def test_respx_takes_the_other_calls_only(run: Run) -> None:
    """Under ``@respx.mock`` the fixtures' clients reach the mock, and so do routes and transports that lead to it."""
    source = f"""{HEAD}
import httpx, respx
from dancu import Client, MemorySink

@respx.mock
def test_the_client_is_not_intercepted(dancu_mock, dancu_client):
    other = respx.get("https://other.example/").respond(204)
    assert isinstance(ask(dancu_client, dancu_mock), Found)
    assert httpx.get("https://other.example/").status_code == 204
    assert (other.call_count, len(dancu_mock.calls)) == (1, 1)

@respx.mock
def test_a_transport_leads_past_respx(dancu_mock):
    with httpx.Client(transport=dancu_mock.mock.transport()) as client:
        assert client.post("https://mock.example/dancu/tracuu").status_code == 401
    assert [call.outcome for call in dancu_mock.calls] == ["refused"]

def test_a_route_leads_to_the_mock(dancu_mock, respx_mock):
    route = respx_mock.route(host="127.0.0.1").mock(side_effect=dancu_mock.mock.respx_side_effect)
    profile = dancu_mock.profile | {{"endpoint": {{"url": "http://127.0.0.1:9/dancu/"}}}}
    with Client(profile, audit=MemorySink()) as client:
        assert isinstance(ask(client, dancu_mock), Found)
    assert route.call_count == len(dancu_mock.calls) == 1
"""
    run(source, plugins=("respx.plugin",)).assert_outcomes(passed=3)
