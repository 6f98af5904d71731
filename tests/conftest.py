"""Settings of the whole test run: the same examples each time, nothing of the developer's shell, no canary seen."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType

pytest_plugins = ["pytester"]

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

for _name in [name for name in os.environ if name.startswith("DANCU_")]:
    del os.environ[_name]
# A developer's proxy never stands between a test and its own server.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost,::1"


def _load_canaries() -> ModuleType:
    """Test folders are not packages, so the module beside this one is loaded by its path."""
    spec = importlib.util.spec_from_file_location("dancu_canaries", Path(__file__).with_name("canaries.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


canaries = _load_canaries()


class CanaryWatch:
    """Searches everything a test wrote, logged or failed with for planted values; one hit fails the run."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.searched = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Search a phase's output, logs and failure."""
        text = "\n".join([report.longreprtext, *(content for _title, content in report.sections)])
        self.searched += len(text)
        if canaries.hits(text):
            self.seen.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run on a hit, here or in a command line."""
        if self.seen or canaries.process_hits():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was searched, and where a planted value was seen."""
        terminalreporter.write_line(f"canaries: {len(self.seen)} seen in {self.searched} characters of output")
        for nodeid in self.seen:
            terminalreporter.write_line(f"  a planted value in the output of {nodeid}")


_MEMORY = Path("/dev/shm")
_ENOUGH = 2 * 1024**3


def _write_to_memory(config: pytest.Config) -> None:
    """Where there is room, write to memory: an audit has 250 ms, which a disk that is shared does not always keep."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    if roomy and config.option.basetemp is None:
        folder = _MEMORY / f"dancu-tests-{os.getpid()}"
        config.option.basetemp = str(folder)
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Watch the whole run."""
    _write_to_memory(config)
    config.pluginmanager.register(CanaryWatch(), "canary-watch")


@pytest.fixture(autouse=True, scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """The working directory is a new one: a profile that names its files relatively leaves none in the tree."""
    with contextlib.chdir(tmp_path_factory.mktemp("elsewhere")):
        yield
