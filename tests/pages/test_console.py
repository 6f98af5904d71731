"""The gateway's console, in a browser."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from dancu.gateway.console.page import PARTS
from dancu.gateway.console.words import WORDS, shown_time
from dancu.pages import HEADERS

from ..gateway.conftest import Served, question, serving  # noqa: TID252  # test folders are no packages
from ..gateway.test_gateway_ready import OPERATIONS, free_port  # noqa: TID252  # as above
from .conftest import PATIENCE, Opened, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    Open = Callable[..., Opened]

MORE = """
[[agency]]
name = "so-tu-phap"
units = ["H15.43"]
[[application]]
name = "da-cam"
key_sha256 = "{}"
old_key = {{ sha256 = "{}", until = 2026-12-24T00:00:00+07:00 }}
banned = true
units = ["H15.43"]
[[grant]]
application = "da-cam"
agency = "so-tu-phap"
procedure = "2.000488"
service = "confirm"
permission = {{ reference = "12/QĐ-BCA", until = 2040-01-31 }}
""".format("0" * 64, "1" * 64)
POLLED = 2_000 + 3 * PATIENCE
"""Milliseconds within which a change is on the page."""


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A gateway that has answered and refused, and the console's address."""
    port = free_port()
    with serving(tmp_path_factory.mktemp("console"), granting=OPERATIONS.format(port=port) + MORE) as made:
        assert made.post("v1/lookup", question(fields=["name"])).status_code == 200
        assert made.post("v1/lookup", question(fields=["religion"])).status_code == 403
        assert made.request("POST", "v1/lookup").status_code == 401
        yield made, f"http://127.0.0.1:{port}/"


@pytest.fixture
def page(operated: tuple[Served, str], open_page: Open) -> Page:
    """The page in Vietnamese."""
    page = open_page().page
    page.goto(operated[1])
    return page


def test_everything_is_on_one_page(page: Page) -> None:
    """Status, traffic, platform and quota, certificates, applications and grants, the audit's last entries."""
    expect(page).to_have_title("Cổng kết nối dân cư")
    expect(page.locator("#status")).to_contain_text("hoạt động hạn chế")
    expect(page.locator("#traffic tbody tr").first).to_contain_text("mot-cua")
    expect(page.locator("#traffic")).to_contain_text("không có khóa hợp lệ")
    expect(page.locator("#platform")).to_contain_text("đóng (thông suốt)")
    expect(page.locator("#platform")).to_contain_text("không giới hạn")
    expect(page.locator("#certificates tbody tr")).to_have_count(2)
    expect(page.locator("#applications")).to_contain_text("permanent_address")
    expect(page.locator("#audit tbody tr")).to_have_count(4)
    assert page.locator("main section").count() == len(PARTS)


def test_who_may_ask_is_on_it(page: Page) -> None:
    """How an application lets itself in, that it is banned, and the permission and agency of its grants."""
    applications = page.locator("#applications")
    expect(applications).to_contain_text("đã bị cấm · khóa × 2, chứng thư × 0 · khóa cũ dùng đến 24/12/2026 00:00:00")
    expect(applications).to_contain_text("12/QĐ-BCA (→ 2040-01-31)")
    expect(applications).to_contain_text("do ứng dụng nêu tên")
    expect(page.locator("#platform")).to_contain_text("dùng chung")
    expect(page.locator("#status")).to_contain_text("Văn bản cho phép còn hiệu lực")


def test_nobody_and_no_key_is_on_it(operated: tuple[Served, str], page: Page) -> None:
    """Neither who was asked about nor the officer nor a key or its hash is in the page's text or source."""
    config = (operated[0].directory / "gateway.toml").read_text(encoding="utf-8")
    hashes = re.findall(r"[0-9a-f]{64}", config)
    assert len(hashes) == 4
    source = page.content()
    forbidden = ("066790000001", "Mẫu", "MẪU", "can.bo.mau", operated[0].key, "k1:", *hashes)
    assert [word for word in forbidden if word in source] == []


def test_a_refused_code_is_shown_only_where_it_is_known(operated: tuple[Served, str], page: Page) -> None:
    """What an application put into a refused question, a person's name perhaps, is not repeated."""
    purpose = {**question()["purpose"], "procedure": "Nguyen Thi Mau 1990", "unit": "so 12"}
    assert operated[0].post("v1/confirm", question(purpose=purpose)).status_code == 403
    page.reload()
    expect(page.locator("#audit tbody tr").first).to_contain_text("not_granted")
    assert "Nguyen Thi Mau" not in page.content() and "so 12" not in page.content()


def test_it_lives(operated: tuple[Served, str], page: Page) -> None:
    """A call stands there within seconds without reloading; a part in which nothing changed is kept."""
    rows = page.locator("#audit tbody tr").count()
    page.evaluate("document.getElementById('applications').dataset.mark = 'same'")
    operated[0].post("v1/confirm", question())
    expect(page.locator("#audit tbody tr")).to_have_count(min(50, rows + 2), timeout=POLLED)
    assert page.evaluate("document.getElementById('applications').dataset.mark") == "same"


def test_a_part_that_is_the_same_is_not_sent(operated: tuple[Served, str]) -> None:
    """Whoever says what they have seen gets 204 until something changes."""
    first = httpx.get(operated[1] + "page/applications", trust_env=False)
    seen = re.findall(r"\?seen=(\w{16})", first.text)
    assert len(seen) == 1
    for wanted, status in ((seen[0], 204), ("0" * 16, 200)):
        again = httpx.get(f"{operated[1]}page/applications", params={"seen": wanted}, trust_env=False)
        assert again.status_code == status
    assert httpx.get(operated[1] + "page/people", trust_env=False).status_code == 404
    assert httpx.get(operated[1] + "static/base.html", trust_env=False).status_code == 404


def test_trouble_is_seen(operated: tuple[Served, str], page: Page) -> None:
    """While the audit's store is locked, the page says that nothing is served and why."""
    with sqlite3.connect(operated[0].directory / "audit.sqlite", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        try:
            expect(page.locator("#status strong").first).to_have_text("không phục vụ", timeout=POLLED)
        finally:
            database.execute("ROLLBACK")
    database.close()
    expect(page.locator("#status strong").first).to_have_text("hoạt động hạn chế", timeout=POLLED)


def test_it_can_stand_still(page: Page) -> None:
    """A link stops the updates, and another starts them again (WCAG 2.2.2)."""
    page.get_by_role("link", name=WORDS["stand_still"][0]).click()
    expect(page.get_by_role("link", name=WORDS["go_live"][0])).to_be_visible()
    assert page.locator("[hx-trigger]").count() == 0
    page.get_by_role("link", name=WORDS["go_live"][0]).click()
    expect(page.locator("#audit")).to_have_attribute("hx-trigger", "every 2s")


def test_both_languages_are_whole(operated: tuple[Served, str], open_page: Open) -> None:
    """The browser's language is taken, a link changes it, and the parts that are drawn anew keep it."""
    page = open_page(locale="en-GB").page
    page.goto(operated[1])
    expect(page.get_by_role("heading", name="Applications and grants")).to_be_visible()
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", name="Ứng dụng và quyền")).to_be_visible()
    operated[0].post("v1/confirm", question())
    with page.expect_response(re.compile("/page/audit"), timeout=POLLED):
        pass
    expect(page.get_by_role("heading", name="Nhật ký gần nhất")).to_be_visible()


def test_every_word_is_in_both_languages() -> None:
    """No word is empty or the same in both, and a time is Viet Nam's."""
    assert all(vi.strip() and en.strip() and vi != en for vi, en in WORDS.values())
    assert shown_time("2026-11-23T20:00:00.123+00:00") == "24/11/2026 03:00:00"


def test_the_keyboard_is_enough(page: Page) -> None:
    """Tab comes first to the skip link, and reaches every link and the list that scrolls."""
    page.keyboard.press("Tab")
    expect(page.get_by_text(WORDS["skip"][0])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=WORDS["stand_still"][0])).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#audit .scroll")).to_be_focused()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 320])
def test_axe_finds_nothing(operated: tuple[Served, str], open_page: Open, width: int, dark: bool) -> None:
    """Neither on a desk nor at 400 % zoom of 1280 pixels, light or dark, and nothing scrolls sideways."""
    page = open_page(width=width, dark=dark).page
    page.goto(operated[1])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_answer_bears_the_headers(operated: tuple[Served, str]) -> None:
    """No page may be kept, framed, or load anything from elsewhere."""
    for path in ("", "page/status", "page/nothing"):
        answer = httpx.get(operated[1] + path, trust_env=False)
        assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
