"""``dancu mock serve``: a process that any client can talk to, and that ends when told."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dancu_mock import Mock, MockSettings
from dancu_mock.control.client import MockPlatform

from .conftest import LOOK_UP, admitted, credentials, enveloped, look_up

if TYPE_CHECKING:
    from collections.abc import Generator

COMMAND = [sys.executable, "-W", "error", "-m", "dancu.cli", "mock", "serve", "--dir"]
WITHOUT = "import sys; sys.modules['{name}'] = None; from dancu.cli import main; main()"


def environment(**more: str) -> dict[str, str]:
    """This process's, with its import path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}


@contextlib.contextmanager
def serving(directory: Path, *options: str, **more: str) -> Generator[subprocess.Popen[str], None, None]:
    """The command as a process of ours, ended by its id whatever happens."""
    process = subprocess.Popen(
        [*COMMAND, str(directory), *options],
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_of_json_leads_to_a_served_request(tmp_path: Path, number: signal.Signals) -> None:
    """The first line tells where everything is; a signal ends the process with 0."""
    directory = tmp_path / "new" / "mock"
    with serving(directory, "--json") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said == {
            "url": f"https://127.0.0.1:{said['port']}/dancu/",
            "port": said["port"],
            "dir": str(directory),
            "profile": str(directory / "profile.toml"),
            "control": said["control"],
            "token_file": str(directory / "control.txt"),
        }
        secret = (directory / "secret.txt").read_text(encoding="utf-8")
        headers = credentials(Mock(MockSettings(secret=secret)), LOOK_UP)
        connection = http.client.HTTPSConnection("127.0.0.1", said["port"], context=admitted(directory), timeout=5)
        connection.request("POST", LOOK_UP, enveloped(look_up("s")), headers)
        assert "NGUYỄN THỊ MẪU" in connection.getresponse().read().decode()
        connection.close()
        process.send_signal(number)
        assert process.communicate(timeout=5) == ("", "")
        assert process.returncode == 0


def test_the_friendly_words_survive_a_console_without_vietnamese(tmp_path: Path) -> None:
    """Where the console cannot show a letter it shows a question mark, and serves."""
    with serving(tmp_path, PYTHONIOENCODING="cp1252") as process:
        assert process.stdout is not None
        assert "mock platform at https://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def moved(said: dict[str, str]) -> MockPlatform:
    """The control that a served mock told of."""
    return MockPlatform(said["control"], Path(said["token_file"]).read_text(encoding="utf-8").strip())


def test_the_control_port_is_told_with_its_token(tmp_path: Path) -> None:
    """Its token stands in a file that only its owner reads; with it the mock is moved while it runs."""
    with serving(tmp_path, "--json", "--family", "esb") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert stat.S_IMODE((tmp_path / "control.txt").stat().st_mode) == 0o600
        with moved(said) as platform:
            told = platform.status()
            platform.rotate("expired")
        assert (told.url, told.family) == (said["url"], "esb")
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            connect(said["port"], tmp_path)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def connect(port: int, directory: Path) -> None:
    """Shake hands with the server."""
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        admitted(directory).wrap_socket(plain, server_hostname="localhost"),
    ):
        pass


def test_a_token_of_ones_own_is_used_and_not_written_again(tmp_path: Path) -> None:
    """A token from a file is the one in force, and there is no second file of it."""
    token = tmp_path / "given.txt"
    token.write_text("invented-token-for-tests\n", encoding="utf-8")
    directory = tmp_path / "mock"
    with serving(directory, "--json", "--control-token-file", str(token)) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["token_file"] == str(token)
        with moved(said) as platform:
            assert platform.status().calls == 0
    assert not (directory / "control.txt").exists()


def test_the_control_port_can_be_left_out(tmp_path: Path) -> None:
    """Without it nothing of it is told, and no token is written."""
    with serving(tmp_path, "--json", "--no-control") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()).keys() == {"url", "port", "dir", "profile"}
    assert not (tmp_path / "control.txt").exists()


def test_another_port_of_the_control_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    """The port that is named is the control's."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, lines = failed(*COMMAND[3:], str(tmp_path), "--control-port", str(port))
    assert (code, len(lines)) == (1, 1)
    assert str(port) in lines[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "0.0.0.0"), "loopback"),
        (("--control-host", "0.0.0.0"), "loopback"),
        (("--control-token-file", "{file}"), "16 to 200"),
    ],
)
def test_what_would_open_the_mock_to_others_is_refused(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Another address without --expose, or a token that everybody guesses: exit code 2, and nothing is written."""
    (tmp_path / "weak.txt").write_text("mock", encoding="utf-8")
    chosen = [option.format(file=tmp_path / "weak.txt") for option in options]
    code, lines = failed(*COMMAND[1:], str(tmp_path / "new"), *chosen)
    assert (code, len(lines)) == (2, 1)
    assert said in lines[0]
    assert not (tmp_path / "new").exists()


def test_an_exposed_mock_answers_under_its_name(tmp_path: Path) -> None:
    """With --expose and --name the profile leads to that name, and both ports are open to it."""
    options = ("--host", "0.0.0.0", "--control-host", "0.0.0.0", "--name", "dancu-mock", "--expose")
    with serving(tmp_path, "--json", *options) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["url"] == f"https://dancu-mock:{said['port']}/dancu/"
        connect(said["port"], tmp_path)
        with moved(said) as platform:
            assert platform.status().url == said["url"]


def failed(*arguments: str) -> tuple[int, list[str]]:
    """Exit code and lines of standard error of a command that does not serve."""
    done = subprocess.run(
        [sys.executable, *arguments], env=environment(), capture_output=True, encoding="utf-8", timeout=20, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    """A port that somebody holds is named, without a traceback, and the exit code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, lines = failed(*COMMAND[3:], str(tmp_path), "--port", str(port))
    assert (code, len(lines)) == (1, 1)
    assert str(port) in lines[0]


def test_a_province_is_played_by_name(tmp_path: Path) -> None:
    """Family, skin, dialect and form of request on the command line are those of the profile it writes."""
    options = ("--family", "jwt-login", "--skin", "json-tree", "--dialect", "qcvn109", "--request", "soap", "--json")
    with serving(tmp_path, *options) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        profile = tomllib.loads((tmp_path / "profile.toml").read_text(encoding="utf-8"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert profile["credential"]["family"] == "jwt-login"
    assert profile["credential"]["login_url"] == f"https://127.0.0.1:{said['port']}/login"
    wire = profile["wire"]
    assert (wire["skin"], wire["dialect"], wire["request"]) == ("json-tree", "qcvn109", "soap")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--family", "t1"), "hash-basic"),
        (("--skin", "xml"), "json-message"),
        (("--dialect", "auto"), "qcvn109"),
        (("--request", "yaml"), "soap, json"),
        (("--family", "portal-session", "--request", "soap"), "request is json"),
    ],
)
def test_a_name_that_there_is_not_is_one_sentence(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """What is wrong with the names is told with those there are; exit code 2, and nothing is written."""
    code, lines = failed(*COMMAND[1:], str(tmp_path / "new"), *options)
    assert (code, len(lines)) == (2, 1)
    assert said in lines[0]
    assert not (tmp_path / "new").exists()


def test_a_directory_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    """A file where the directory should be is named, without a traceback."""
    (tmp_path / "file").touch()
    code, lines = failed(*COMMAND[3:], str(tmp_path / "file"))
    assert (code, len(lines)) == (1, 1)
    assert "file" in lines[0]


@pytest.mark.parametrize(("name", "extra"), [("typer", "'cli'"), ("dancu_mock", "'mock'")])
def test_a_missing_extra_is_one_sentence(name: str, extra: str, tmp_path: Path) -> None:
    """Without the command line's or the mock's parts, one sentence names the extra; exit code 2."""
    code, lines = failed("-c", WITHOUT.format(name=name), "mock", "serve", "--dir", str(tmp_path))
    assert (code, len(lines)) == (2, 1)
    assert extra in lines[0]
