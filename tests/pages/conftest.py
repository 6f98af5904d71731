"""A headless Chromium of the machine, and pages opened in it that tell what they asked for and complained of."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no annotations
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from playwright.sync_api import Browser, BrowserContext, Page

_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
PATIENCE = 10_000
"""Milliseconds that anything on a page may take."""
expect.set_options(timeout=PATIENCE)


@dataclass(slots=True)
class Opened:
    """A page, every host that it asked, and whatever its console said."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """One browser for a module; not for longer, since its driver occupies the thread's event loop."""
    program = shutil.which("chromium")
    assert program is not None, "the tests of pages need Debian's chromium: requirements/ensure-tests"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Generator[Callable[..., Opened]]:
    """Opens a page of a language and size; at the end it has asked nobody but the loopback, and had no complaint."""
    contexts: list[BrowserContext] = []
    every: list[Opened] = []

    def opened(*, locale: str = "vi-VN", width: int = 1366, height: int = 768, dark: bool = False) -> Opened:
        context = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            service_workers="block",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        made = Opened(context.new_page())
        made.page.on("request", lambda request: made.hosts.add(urlsplit(request.url).hostname or request.url[:20]))
        made.page.on("console", lambda message: made.complaints.append(message.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        every.append(made)
        return made

    yield opened
    for context in contexts:
        context.close()
    for made in every:
        assert made.hosts <= {"127.0.0.1", "data:,"}
        assert made.complaints == []


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2 A and AA, a line each."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]
