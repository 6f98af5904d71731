"""A real Redis server for a test: on a Unix socket in a short directory, without a port, ended by its id."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket as socket_module
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis

if TYPE_CHECKING:
    from collections.abc import Generator

_STARTED_WITHIN = 10.0


@dataclass
class RedisServer:
    """A running server.

    Attributes:
        socket: where it listens.
        process: that it is.
    """

    socket: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """As a profile names it."""
        return f"unix://{self.socket}"

    def client(self) -> Any:
        """To look inside; redis-py types its answers as awaited or not."""
        return redis.Redis(unix_socket_path=str(self.socket))

    @contextlib.contextmanager
    def stopped(self) -> Generator[None]:
        """It takes connections and says nothing, as a machine does that swaps."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """It is gone, and so is its socket."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A port of the loopback that is free now."""
    with socket_module.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextlib.contextmanager
def running(*options: str) -> Generator[RedisServer]:
    """A server with these options, for a ``with`` block; `pytest.skip` where there is none on this machine."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("neither redis-server nor valkey-server is installed")
    with tempfile.TemporaryDirectory(prefix="dancu-redis-") as directory:
        socket = Path(directory, "redis.sock")
        command = [program, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", ""]
        process = subprocess.Popen([*command, "--dir", directory, *options], stdout=subprocess.DEVNULL)
        try:
            _wait_for(socket, process)
            yield RedisServer(socket, process)
        finally:
            process.kill()
            process.wait()


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the socket is there, which it is once it listens."""
    end = time.monotonic() + _STARTED_WITHIN
    while not socket.exists():
        assert process.poll() is None, "redis-server ended at once"
        assert time.monotonic() < end, "redis-server did not listen"
        time.sleep(0.005)
