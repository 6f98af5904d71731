"""From the stick to the first audited answer and on, in a network of its own that has nothing but a loopback.

Run by `test_offline.py` under ``unshare -n``; prints one line of JSON about what it saw. The platform is a mock from
this tree on another loopback address; everything else comes out of the bundle.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

QUESTION = {
    "subject": {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"},
    "fields": ["name", "permanent_address"],
    "purpose": {"procedure": "1.004194", "unit": "H15.42", "officer": {"code": "can.bo.mau"}, "session": "s"},
}


def loopback_up() -> None:
    """A new network begins with its loopback down (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14s", b"lo", 0x1 | 0x40, b"")
        fcntl.ioctl(any_socket, 0x8914, request)


def is_cut_off() -> bool:
    """Whether nothing beyond the loopback can be reached: it is the only interface."""
    return [name for _number, name in socket.if_nameindex()] == ["lo"]


class Operator:
    """Somebody at a shell, with a counter."""

    def __init__(self, home: Path, prefix: Path) -> None:
        self.count = 0
        self.typed: list[list[str]] = []
        self._home = home
        path = f"{prefix / 'bin'}:/usr/local/bin:/usr/bin:/bin"
        self._environment = {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8"}

    def types(self, *command: str) -> str:
        """One command, which must end well."""
        self.count += 1
        self.typed.append(list(command))
        done = subprocess.run(
            command, cwd=self._home, env=self._environment, capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    @contextlib.contextmanager
    def serving(self, config: str) -> Generator[str]:
        """A gateway in the background, and its URL."""
        self.count += 1
        command = ["dancu", "gateway", "serve", "--config", config, "--json"]
        self.typed.append(command)
        with subprocess.Popen(
            command, cwd=self._home, env=self._environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                yield json.loads(process.stdout.readline())["url"]
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)


def answer(url: str, key: str) -> str:
    """What the gateway says to one question."""
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}v1/lookup", json.dumps(QUESTION).encode(), head)
    with urllib.request.urlopen(request, timeout=20) as response:
        return str(json.loads(response.read())["outcome"])


@contextlib.contextmanager
def platform(directory: Path) -> Generator[Path]:
    """The province's platform on 127.0.0.2, and the profile that the province hands out for it."""
    command = [sys.executable, "-m", "dancu.cli", "mock", "serve", "--dir", str(directory), "--json"]
    command += ["--host", "127.0.0.2", "--name", "127.0.0.2", "--expose"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            json.loads(process.stdout.readline())
            yield directory / "profile.toml"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def unpacked(archive: Path, to: Path) -> str:
    """Its directory, as `tar` makes it."""
    with tarfile.open(archive) as tar:
        name = tar.next()
    assert name is not None
    return str(to / name.name.partition("/")[0])


def main(bundle: Path, following: Path, work: Path) -> dict[str, Any]:
    """Everything, in order."""
    loopback_up()
    assert is_cut_off()
    home, prefix = work / "home", work / "opt"
    home.mkdir()
    operator = Operator(home, prefix)
    found: dict[str, Any] = {}
    with platform(work / "platform") as profile:
        shutil.copytree(profile.parent, home / "stick")
        # 1-2: from the stick onto the disk.
        operator.types("tar", "-xzf", str(bundle), "-C", str(home))
        operator.types("sh", f"{unpacked(bundle, home)}/install.sh", "--prefix", str(prefix))
        # 3: configuration, keys, the first application.
        begun = ["--unit", "H15.42", "--procedure", "1.004194", "--profile", "stick/profile.toml", "--port", "0"]
        told = operator.types("dancu", "gateway", "init", "cong", *begun)
        key = told.partition("key: ")[2].split()[0]
        # 4-6: look, serve, ask.
        operator.types("dancu", "gateway", "check", "--config", "cong/gateway.toml")
        with operator.serving("cong/gateway.toml") as url:
            operator.count += 1
            found["first"] = answer(url, key)
            found["commands"] = operator.count
            operator.types("dancu", "gateway", "recipient", "--out", "ket-sat")
            copy = ["--to", "sao-luu.tar", "--recipient", "ket-sat/recipient.pub"]
            operator.types("dancu", "gateway", "backup", "--config", "cong/gateway.toml", *copy)
        # Elsewhere.
        operator.types(
            "dancu", "gateway", "restore", "sao-luu.tar", "--to", "noi-khac", "--identity", "ket-sat/recipient.identity"
        )
        with operator.serving("noi-khac/gateway.toml") as url:
            found["restored"] = answer(url, key)
        operator.types("dancu", "audit", "verify", "noi-khac/gateway.toml")
        # A new version, and back.
        found["version"] = operator.types("dancu", "--version").split()[-1]
        operator.types("tar", "-xzf", str(following), "-C", str(home))
        operator.types("sh", f"{unpacked(following, home)}/install.sh", "--prefix", str(prefix))
        found["next"] = operator.types("dancu", "--version").split()[-1]
        operator.types("dancu", "gateway", "upgrade", "--config", "cong/gateway.toml", "--to", "truoc.tar")
        with operator.serving("cong/gateway.toml") as url:
            found["upgraded"] = answer(url, key)
        operator.types("sh", f"{unpacked(following, home)}/install.sh", "--rollback", "--prefix", str(prefix))
        found["back"] = operator.types("dancu", "--version").split()[-1]
        with operator.serving("cong/gateway.toml") as url:
            found["rolled back"] = answer(url, key)
        found["chain"] = operator.types("dancu", "audit", "verify", "cong/gateway.toml")
    found["typed"] = operator.typed
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*(Path(one) for one in sys.argv[1:]))))
