"""The Java and C# examples as programs, a sandbox that they ask, and servers with other certificates and answers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
ASSEMBLIES = ("System.Net.Http", "Mono.Security", "System.Runtime.Serialization", "System.Xml", "System.Xml.Linq")

# A developer's options for every JVM would speak on standard error.
for _name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"):
    os.environ.pop(_name, None)

QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A JVM that lives for half a second."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code and the one line that it wrote."""

    code: int
    line: str


@dataclass(frozen=True, slots=True)
class Program:
    """One of the examples, compiled.

    Attributes:
        language: ``java`` or ``csharp``.
        command: what starts it.
        environment: variables of its own.
    """

    language: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()

    def run(self, *arguments: str, stdin: bytes = b"") -> Ended:
        """Run it to its end; more than one line fails the test (a JVM with options of its own says so, too)."""
        ended = subprocess.run(
            [*self.command, *arguments],
            input=stdin,
            capture_output=True,
            timeout=30,
            env={**os.environ, **dict(self.environment)},
            check=False,
        )
        assert self.environment or not ended.stderr, ended.stderr.decode()
        (line,) = ended.stdout.decode().splitlines()
        return Ended(ended.returncode, line)

    def believing(self, authority_pem: Path, folder: Path) -> Program:
        """The same program on a machine whose own list of authorities holds this one."""
        make = _java_list if self.language == "java" else _mono_list
        return replace(self, environment=make(authority_pem, folder))


@dataclass(frozen=True, slots=True)
class Door:
    """What a program is pointed at.

    Attributes:
        url: by host name: Mono compares a certificate with names only.
        authority: file of the CA that the program shall trust.
        key: file of the application's key.
    """

    url: str
    authority: Path
    key: Path

    def ask(self, program: Program, operation: str, body: Any, *more: str) -> Ended:
        """Run a program with a question on its standard input."""
        text = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return program.run(operation, self.url, str(self.authority), str(self.key), *more, stdin=text)


def _java_list(authority_pem: Path, folder: Path) -> tuple[tuple[str, str], ...]:
    store = folder / "authorities.p12"
    imported = ("-importcert", "-noprompt", "-alias", "other", "-storepass", "changeit", "-storetype", "PKCS12")
    command = ["keytool", *imported, "-keystore", str(store), "-file", str(authority_pem)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    options = f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=changeit"
    return (("JAVA_TOOL_OPTIONS", options),)


def _mono_list(authority_pem: Path, folder: Path) -> tuple[tuple[str, str], ...]:
    command = ["openssl", "x509", "-in", str(authority_pem), "-noout", "-subject_hash"]
    name = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    trusted = folder / ".config/.mono/new-certs/Trust"
    trusted.mkdir(parents=True)
    shutil.copy(authority_pem, trusted / f"{name}.0")
    return (("HOME", str(folder)), ("XDG_CONFIG_HOME", str(folder / ".config")))


def compile_java(folder: Path, *sources: Path, classpath: str = "") -> Path:
    """Compile without a warning; the folder of the classes."""
    strict = () if classpath else ("-Xlint:all", "-Werror")
    command = ["javac", *strict, "-cp", classpath or str(folder), "-d", str(folder), *map(str, sources)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.fixture(scope="session")
def java_classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Java example and the probe of its JSON reader, compiled without a warning."""
    folder = tmp_path_factory.mktemp("java")
    return compile_java(
        folder, *sorted((ROOT / "examples/java").glob("*.java")), Path(__file__).parent / "java/JsonProbe.java"
    )


@pytest.fixture(scope="session")
def csharp_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The C# example, compiled without a warning."""
    made = tmp_path_factory.mktemp("csharp") / "ask.exe"
    references = [f"-r:{name}.dll" for name in ASSEMBLIES]
    command = ["mcs", "-warnaserror", "-warn:4", *references, f"-out:{made}", str(ROOT / "examples/csharp/Ask.cs")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return made


@pytest.fixture(scope="session", params=["java", "csharp"])
def program(request: pytest.FixtureRequest) -> Program:
    """Each of the two examples."""
    language = str(request.param)
    if language == "java":
        return Program(language, ("java", *QUICK, "-cp", str(request.getfixturevalue("java_classes")), "Ask"))
    return Program(language, ("mono", str(request.getfixturevalue("csharp_program"))))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """``dancu sandbox``, a process of its own."""
    folder = tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "dancu.cli", "sandbox", "--dir", str(folder), "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("{"), "the sandbox did not start"
        yield Door(json.loads(line)["url"].replace("127.0.0.1", "localhost"), folder / "ca.pem", folder / "key.txt")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
