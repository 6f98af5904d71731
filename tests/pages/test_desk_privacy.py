"""The one-stop desk keeps nothing: tabs, sessions, Back, idling, headers, foreign pages, and what stands where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from .conftest import violations
from .desk_at_hand import CARDS, Running, begin, over_a_mock, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from .conftest import Opened

    Open = Callable[..., Opened]

CT01 = "dang ky thuong tru ct01"
CLOSED = "Hồ sơ đã đóng"
PERSONAL = ("066790000001", "Nguyễn Thị Mẫu", "NGUYỄN THỊ MẪU", "02/01/1990", "02011990")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A desk over a mock, for one test."""
    with over_a_mock(tmp_path) as made:
        yield made


def filled(page: Page, running: Running, card: str = CARDS[0]) -> str:
    """A form filled from a card; its address."""
    begin(page, running, CT01)
    scan(page, card)
    page.wait_for_selector("#form")
    return page.url


def not_found(opened: Opened) -> None:
    """The browser's remark about an answer that is an error is due, and nothing else is."""
    assert {re.sub(r"^.*status of ", "", text)[:3] for text in opened.complaints} <= {"404", "403"}
    opened.complaints.clear()


def test_back_after_the_end_shows_nothing(running: Running, open_page: Open) -> None:
    """The case is ended, the server has none, and neither Back nor its address shows anybody."""
    opened = open_page()
    page = opened.page
    address = filled(page, running)
    page.get_by_role("button", name="Xong, xóa khỏi máy").click()
    page.wait_for_url(running.url)
    assert len(running.desk.cases) == 0
    page.go_back()
    expect(page.get_by_role("heading", name=CLOSED)).to_be_visible()
    page.goto(address)
    assert not [part for part in PERSONAL if part in page.content()]
    not_found(opened)


def test_back_before_the_end_repeats_nothing(running: Running, open_page: Open) -> None:
    """Back and Reload on a filled form ask nobody again."""
    page = open_page().page
    filled(page, running)
    page.reload()
    page.go_back()
    assert len(running.mock.journal.calls) == 1


def test_two_tabs_never_mix(running: Running, open_page: Open) -> None:
    """Each tab has its own case: what is saved in one does not stand in the other."""
    one = open_page().page
    other = one.context.new_page()
    filled(one, running)
    filled(other, running, CARDS[1])
    one.locator(".line[data-key='request'] input").fill("Nội dung một")
    one.get_by_role("button", name="Lưu phần đã nhập").click()
    expect(one.locator(".line[data-key='request'] input")).to_have_value("Nội dung một")
    other.reload()
    expect(other.locator(".line[data-key='request'] input")).to_have_value("")
    assert "MẪU" not in other.locator("#form").inner_text()
    expect(other.locator("#f-applicant-full_name")).to_have_value("H'HEN NIÊ")
    expect(one.locator("#f-applicant-full_name")).to_have_value("NGUYỄN THỊ MẪU")


def test_another_browser_has_no_part_in_it(running: Running, open_page: Open) -> None:
    """The address alone opens nothing: a case belongs to the session that began it."""
    address = filled(open_page().page, running)
    stranger = open_page()
    stranger.page.goto(running.url)
    stranger.page.goto(address)
    expect(stranger.page.get_by_role("heading", name=CLOSED)).to_be_visible()
    not_found(stranger)


def test_the_server_forgets_what_nobody_touches(running: Running, open_page: Open) -> None:
    """After ten minutes without a touch the case is gone; a touch before that keeps it."""
    opened = open_page()
    address = filled(opened.page, running)
    running.clock.now += 599
    opened.page.goto(address)
    running.clock.now += 599
    opened.page.goto(address)
    expect(opened.page.locator("#form")).to_be_visible()
    running.clock.now += 601
    opened.page.goto(address)
    expect(opened.page.get_by_role("heading", name=CLOSED)).to_be_visible()
    assert len(running.desk.cases) == 0
    not_found(opened)


def test_a_page_left_alone_clears_itself(open_page: Open, tmp_path: Path) -> None:
    """Its case is ended and the front page stands there instead."""
    page = open_page().page
    with over_a_mock(tmp_path, idle=2.0) as running:
        filled(page, running)
        page.wait_for_url(running.url)
        expect(page.get_by_role("heading", name="Chọn thủ tục")).to_be_visible()
        assert len(running.desk.cases) == 0


def test_while_somebody_works_the_server_hears_of_it(open_page: Open, tmp_path: Path) -> None:
    """Keys that are pressed on a page touch its case, though nothing is sent of what they are."""
    page = open_page().page
    with over_a_mock(tmp_path, idle=2.0) as running:
        filled(page, running)
        with page.expect_request("**/here") as heard:
            for _ in range(40):
                page.keyboard.press("Shift", delay=25)
        assert (heard.value.post_data or "").startswith("token=")


def test_nobody_stands_in_addresses_titles_or_cookies(running: Running, open_page: Open) -> None:
    """Not in any request line of the visit, nor in the title, nor in what the browser keeps."""
    opened = open_page()
    page = opened.page
    lines: list[str] = []
    page.on("request", lambda request: lines.append(request.url))
    filled(page, running)
    for name in ("Xem dữ liệu gửi cổng", "Về biểu mẫu"):
        page.get_by_role("link", name=name).click()
    kept = [*lines, page.title(), *(str(cookie) for cookie in page.context.cookies())]
    assert not [part for part in PERSONAL if any(part in text for text in kept)]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    (cookie,) = page.context.cookies()
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (360, True)], ids=["wide, light", "narrow, dark"])
def test_every_page_is_accessible(running: Running, open_page: Open, width: int, *, dark: bool) -> None:
    """axe-core finds nothing, nothing scrolls sideways, and no field offers what somebody typed before."""
    opened = open_page(width=width, height=800, dark=dark)
    page = opened.page

    def check(state: str) -> None:
        assert violations(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state
        open_fields = page.locator("input:not([autocomplete=off], [type=hidden], [type=checkbox], [type=radio])")
        assert open_fields.count() == 0, state

    page.goto(running.url)
    check("front")
    begin(page, running, CT01)
    check("people")
    page.get_by_role("button", name="Tra cứu và điền").click()
    check("people with troubles")
    for folded in page.locator("summary").all():
        folded.click()
    check("people unfolded")
    filled(page, running)
    check("form")
    page.locator("summary").first.click()
    page.get_by_role("button", name="Lập phiếu").click()
    check("form with troubles")
    with running.mock.scenario("maintenance_503"):
        filled(page, running)
    check("form in an outage")
    page.get_by_role("link", name="In giấy xác nhận").click()
    check("proof")
    page.goto(f"{running.url}cases/none")
    check("gone")
    not_found(opened)


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "\"'><script>alert(1)</script>", "&lt;b&gt; &amp;"])
def test_what_is_typed_is_text(running: Running, open_page: Open, text: str) -> None:
    """Markup, quotes and ampersands come back as they were typed, on every page they stand on; nothing runs."""
    page = open_page().page
    page.on("dialog", lambda _dialog: pytest.fail("a script ran"))
    begin(page, running, CT01)
    scan(page, text)
    expect(page.locator("#card-applicant")).to_have_value(text)
    filled(page, running)
    page.locator(".line[data-key='request'] input").fill(text)
    page.get_by_role("button", name="Lưu phần đã nhập").click()
    expect(page.locator(".line[data-key='request'] input")).to_have_value(text)
    page.get_by_role("link", name="Xem dữ liệu gửi cổng").click()
    assert text.replace('"', '\\"') in page.locator(".paper").inner_text()


def test_no_page_is_kept_and_no_stranger_posts(running: Running) -> None:
    """Every page says no-store and its policy; a foreign name, page or token is turned away before anything happens."""
    with httpx.Client(base_url=running.url, trust_env=False) as browser:
        front = browser.get("/")
        assert front.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in front.headers["Content-Security-Policy"]
        found = re.search(r'name="token" value="([0-9a-f]{64})"', front.text)
        assert found is not None
        form = {"token": found[1], "form": "ct01-permanent"}
        assert browser.get("/", headers={"Host": "desk.example"}).status_code == 421
        assert browser.post("/cases", data={**form, "token": "0" * 64}).status_code == 403
        assert browser.post("/cases", data={"form": "ct01-permanent"}).status_code == 403
        assert browser.post("/cases", data=form, headers={"Origin": "http://elsewhere.example"}).status_code == 403
        assert browser.post("/cases", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert browser.post("/cases", data={**form, "form": "../../etc/passwd"}).status_code == 400
        assert browser.post("/cases", content=b"x" * 300_000).status_code == 413
        assert browser.get("/static/../app.py").status_code == 404
        assert len(running.desk.cases) == 0
        begun = browser.post("/cases", data=form)
        assert (begun.status_code, begun.headers["Cache-Control"]) == (303, "no-store")
        case = begun.headers["Location"]
        assert browser.get(f"{case}/proof").headers["Location"] == case
        assert browser.post(f"{case}/override", data={**form, "override": "nothing"}).status_code == 303
        assert browser.post("/switch", data=form).status_code == 303
    assert httpx.post(f"{running.url}cases", data=form, trust_env=False).status_code == 403


def test_the_cases_are_not_without_number(running: Running) -> None:
    """Where there are a thousand, the one that was left alone the longest goes."""
    from dancu.prefill.reading import load_form

    cases, form = running.desk.cases, load_form("birth")
    first = cases.begin("somebody", form)
    for _ in range(1000):
        running.clock.now += 0.001
        cases.begin("somebody", form)
    assert len(cases) == 1000
    assert cases.of(first.id, session="somebody") is None
