"""The page at the mock's control port, in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from dancu import Client, DancuError, Found, MemorySink, Officer, Purpose, Subject
from dancu_mock import Mock, MockServer
from dancu_mock.control.page_words import WORDS
from dancu_mock.control.server import ControlServer

from .conftest import Opened, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    Open = Callable[..., Opened]

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="page")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")


@dataclass(frozen=True, slots=True)
class Running:
    """A mock, its control port, and a client of it over mTLS."""

    mock: Mock
    server: MockServer
    control: ControlServer
    client: Client

    @property
    def address(self) -> str:
        """The page's address with its token."""
        return f"{self.control.url}?token={self.control.token}"

    def ask(self) -> str:
        """What a look-up comes to: ``found`` or an error's code."""
        try:
            answer = self.client.look_up(MAU, fields=["name"], purpose=PURPOSE)
        except DancuError as error:
            return error.code
        assert isinstance(answer, Found)
        return "found"


def asking_once(profile: Path) -> Path:
    """The same profile without repeats, so that the journal has a row for each question."""
    profile.write_text(profile.read_text(encoding="utf-8") + "\n[retry]\nattempts = 1\n", encoding="utf-8")
    return profile


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """All of it, for one test."""
    mock = Mock()
    with (
        MockServer(mock) as server,
        ControlServer(mock, server) as control,
        Client(asking_once(server.write_files(tmp_path)), audit=MemorySink()) as client,
    ):
        yield Running(mock, server, control, client)


@pytest.fixture
def page(running: Running, open_page: Open) -> Page:
    """The page in Vietnamese."""
    page = open_page().page
    page.goto(running.address)
    return page


def test_the_token_opens_it_once_and_leaves_the_address(running: Running, open_page: Open) -> None:
    """The link with the token leads to the page, whose address and further visits need no token."""
    page = open_page().page
    page.goto(running.address)
    assert page.url == running.control.url
    expect(page).to_have_title("Nền tảng giả lập")
    page.reload()
    expect(page.locator("#people")).to_contain_text("NGUYỄN THỊ MẪU")


@pytest.mark.parametrize("tail", ["", "?token=somebody-elses-token"])
def test_without_the_token_it_says_how_to_open_it(running: Running, tail: str) -> None:
    """A stranger gets 401, one sentence, and nothing of the mock."""
    answer = httpx.get(running.control.url + tail, trust_env=False)
    assert answer.status_code == 401
    assert "dancu mock serve" in answer.text
    assert "NGUYỄN" not in answer.text


def test_one_click_switches_a_fault_on_and_off(running: Running, page: Page) -> None:
    """A scenario plays after one click, and its next click ends it; a look-up over mTLS meets it in between."""
    assert running.ask() == "found"
    page.get_by_role("button", name="Chạy throttled", exact=True).click()
    expect(page.locator("#playing li")).to_have_count(1)
    assert running.ask() == "throttled"
    page.locator("#listed").get_by_role("button", name="Dừng throttled", exact=True).click()
    expect(page.locator("#playing li")).to_have_count(0)
    expect(page.locator("#said")).to_have_text(WORDS["said_end"][0])
    assert running.ask() == "found"


def test_a_fault_plays_for_so_many_calls(running: Running, page: Page) -> None:
    """With a number beside it a scenario is over after that many calls."""
    page.get_by_label(WORDS["times"][0]).fill("2")
    page.get_by_role("button", name="Chạy html_502", exact=True).click()
    expect(page.locator("#playing")).to_contain_text(f"{WORDS['calls_left'][0]}: 2")
    assert [running.ask() for _ in range(3)] == ["http_error", "http_error", "found"]


def test_scenarios_are_filtered_by_their_title(page: Page) -> None:
    """Typing leaves those whose title or name has the words."""
    page.get_by_label(WORDS["find_scenario"][0]).fill("chứng thư")
    expect(page.locator("#listed li")).to_have_count(1)
    expect(page.locator("#listed")).to_contain_text("client_certificate_refused")


def test_the_search_finds_people_by_name_and_number(page: Page) -> None:
    """A persona is found by a part of the name or by the number, with what it is for; nobody is nobody."""
    search = page.get_by_label(WORDS["find_people"][0])
    search.fill("mai mau")
    expect(page.locator("#people")).not_to_contain_text("NGUYỄN THỊ MẪU")
    search.fill("066790000001")
    expect(page.locator("#people li")).to_have_count(1)
    expect(page.locator("#people")).to_contain_text("mọi ví dụ đều hỏi")
    search.fill("khong co ai ten nhu the")
    expect(page.locator("#people")).to_contain_text(WORDS["nobody"][0])


def test_the_journal_is_live(running: Running, page: Page) -> None:
    """A call stands there within seconds without reloading, and nobody's number or name."""
    expect(page.locator("#journal")).to_contain_text(WORDS["no_calls"][0])
    running.ask()
    expect(page.locator("#journal tbody tr")).to_have_count(1)
    row = page.locator("#journal tbody tr").inner_text()
    assert "look_up" in row and "demo-app" in row
    assert MAU.number not in page.locator("#journal").inner_text()
    page.get_by_role("button", name=WORDS["clear_journal"][0]).click()
    expect(page.locator("#journal")).to_contain_text(WORDS["no_calls"][0])


def test_an_idle_journal_is_not_drawn_anew(page: Page) -> None:
    """Where nothing was called the part is kept, so what has the focus there keeps it."""
    page.evaluate("document.getElementById('journal').dataset.mark = 'same'")
    with page.expect_response(re.compile("/page/journal")) as polled:
        pass
    assert polled.value.status == 204
    assert page.evaluate("document.getElementById('journal').dataset.mark") == "same"


def test_clock_and_certificate_are_switched(running: Running, page: Page) -> None:
    """An hour is added and taken back; another certificate is shown, which a client refuses."""
    page.get_by_role("button", name=WORDS["hour_later"][0]).click()
    expect(page.locator("#platform")).to_contain_text("3600")
    assert round(running.mock.clock.offset) == 3600
    page.get_by_role("button", name=WORDS["real_again"][0]).click()
    expect(page.locator("#platform")).to_contain_text(WORDS["real_time"][0])
    page.locator("#kind").select_option("expired")
    page.get_by_role("button", name=WORDS["show"][0], exact=True).click()
    expect(page.locator("#said")).to_have_text(WORDS["said_certificate"][0])
    assert running.server.certificate == "expired"
    assert running.ask() == "server_untrusted"


def test_a_reset_is_asked_for_and_done(running: Running, page: Page) -> None:
    """Refused in the dialogue it does nothing; confirmed, everything is as at the start."""
    page.get_by_role("button", name="Chạy throttled", exact=True).click()
    expect(page.locator("#playing li")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name=WORDS["reset"][0]).click()
    assert len(running.mock.stage.playing) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=WORDS["reset"][0]).click()
    expect(page.locator("#playing li")).to_have_count(0)
    assert not running.mock.stage.playing


def test_what_cannot_be_done_is_said(running: Running, open_page: Open) -> None:
    """A scenario that another window ended meanwhile: the page says so and goes on."""
    opened = open_page()
    page = opened.page
    page.goto(running.address)
    page.get_by_role("button", name="Chạy throttled", exact=True).click()
    expect(page.locator("#playing li")).to_have_count(1)
    running.mock.stage.clear()
    page.locator("#playing").get_by_role("button").click()
    expect(page.locator("#said")).to_contain_text("no such scenario in play")
    # The browser itself notes an answer of 400.
    assert [one for one in opened.complaints if "400" not in one and "Response Status Error" not in one] == []
    opened.complaints.clear()


def test_both_languages_are_whole(running: Running, open_page: Open) -> None:
    """The browser's language is taken, a link changes it, and the choice is kept."""
    page = open_page(locale="en-GB").page
    page.goto(running.address)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Invented people")).to_be_visible()
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", name="Người dân hư cấu")).to_be_visible()
    page.goto(running.control.url)
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_the_keyboard_is_enough(running: Running, page: Page) -> None:
    """Tab comes first to the skip link, / to the search, and Enter plays what has the focus."""
    page.keyboard.press("Tab")
    expect(page.get_by_text(WORDS["skip"][0])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label(WORDS["find_people"][0])).to_be_focused()
    page.get_by_label(WORDS["find_scenario"][0]).focus()
    page.keyboard.type("429, hẹn")
    expect(page.locator("#listed li")).to_have_count(1)
    for _ in range(3):  # the number of calls, the list, its first button
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Chạy throttled", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#playing li")).to_have_count(1)
    assert running.ask() == "throttled"


def test_every_control_is_reached_by_tab(page: Page) -> None:
    """Walking with Tab meets every button, field and link that is there."""
    wanted = page.evaluate("[...document.querySelectorAll('a, button, input, select')].length")
    met = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select')]
             .filter(one => one.tabIndex === 0 && !one.disabled && one.getClientRects().length).length"""
    )
    assert met == wanted > 100


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 320])
def test_axe_finds_nothing(running: Running, open_page: Open, width: int, dark: bool) -> None:
    """Neither on a desk nor at 400 % zoom of 1280 pixels, light or dark, and nothing scrolls sideways."""
    page = open_page(width=width, dark=dark).page
    page.goto(running.address)
    page.get_by_role("button", name="Chạy throttled", exact=True).click()
    expect(page.locator("#playing li")).to_have_count(1)
    running.ask()
    expect(page.locator("#journal tbody tr")).to_have_count(1)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_sees_what_is_wrong(running: Running, open_page: Open) -> None:
    """A button without a name, planted, is found: the test above can fail."""
    page = open_page().page
    page.goto(running.address)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [line.partition(":")[0] for line in violations(page)] == ["button-name"]


def test_three_keys_are_copied(page: Page) -> None:
    """The button gives what a command reads from standard input."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Chép 066790000001").click()
    expect(page.locator("#said")).to_have_text(WORDS["copied"][0])
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == '{"number": "066790000001", "name": "NGUYỄN THỊ MẪU", "birth_date": "1990-01-02"}'
