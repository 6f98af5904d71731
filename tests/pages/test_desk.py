"""The one-stop desk in a browser: what an officer does, from the procedure to the filled form."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import docx
import pytest
from playwright.sync_api import expect

from dancu_mock import Mock
from dancu_mock.person import Place
from dancu_mock.personas import PERSONAS
from desk.settings import Settings

from ..gateway.conftest import serving as gateway_serving  # noqa: TID252  # test folders are no packages
from .conftest import violations
from .desk_at_hand import CARDS, Running, begin, over_a_mock, scan, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from .conftest import Opened

    Open = Callable[..., Opened]

CT01 = "dang ky thuong tru ct01"
LOCKED = "Đã xác thực, khóa"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A desk over a mock, for one test."""
    with over_a_mock(tmp_path) as made:
        yield made


@pytest.fixture
def page(open_page: Open) -> Page:
    """A page for it."""
    return open_page().page


def line(page: Page, key: str) -> Locator:
    """The line of a field."""
    return page.locator(f".line[data-key='{key}']")


def filled(page: Page, running: Running, card: str = CARDS[0], words: str = CT01) -> None:
    """A form filled from a card."""
    begin(page, running, words)
    scan(page, card)
    page.wait_for_selector("#form")


@pytest.mark.parametrize(
    ("card", "name"), [(CARDS[0], "NGUYỄN THỊ MẪU"), (CARDS[1], "H'HEN NIÊ")], ids=["layout 2016", "layout 2024"]
)
def test_from_scan_to_document_in_three_actions(running: Running, page: Page, card: str, name: str) -> None:
    """Pick the procedure, scan the card, take the document: CT01 is filled and no key was typed."""
    page.goto(running.url)
    page.get_by_role("button", name=re.compile("CT01.*1.004222")).click()  # 1
    scan(page, card)  # 2
    told = line(page, "applicant.full_name")
    expect(told.get_by_role("textbox").first).to_have_value(name)
    expect(told.get_by_role("textbox").first).not_to_be_editable()
    expect(told).to_contain_text(LOCKED)
    expect(told).to_contain_text("CSDL quốc gia về dân cư")
    with page.expect_download() as loading:
        page.get_by_role("link", name="Tải tờ khai (Word)").click()  # 3
    document = docx.Document(io.BytesIO(loading.value.path().read_bytes()))
    assert name in "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert [call.outcome for call in running.mock.journal.calls] == ["found"]


@pytest.mark.parametrize("typed", ["02011990", "2-1-1990", "02/01/1990", "1990"])
def test_three_keys_by_the_keyboard_alone(running: Running, page: Page, typed: str) -> None:
    """However the birth date is typed; Tab and Enter reach everything."""
    begin(page, running, CT01)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # unfolds
    for text in ("066790000001", "nguyễn thị mẫu", typed):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(line(page, "applicant.birth_date").get_by_role("textbox").first).to_have_value("02/01/1990")
    expect(line(page, "applicant.birth_date")).to_contain_text(LOCKED)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("Số định danh", "06679000000", "Số định danh phải có 12 chữ số"),
        ("Họ, chữ đệm, tên", "???", "Họ tên còn trống hoặc có ký tự lạ"),
        ("Ngày sinh", "32/01/1990", "Ngày sinh không đọc được"),
        ("Ngày sinh", "02/01/2990", "Ngày sinh không đọc được hoặc ở tương lai"),
    ],
)
def test_a_key_that_cannot_be_read_is_named(running: Running, page: Page, field: str, text: str, said: str) -> None:
    """The summary has the focus and leads to the field; what was typed is still there, and nothing was asked."""
    begin(page, running, CT01)
    page.get_by_text("Hoặc nhập ba thông tin: Người kê khai").click()
    typed = {"Số định danh": "066790000001", "Họ, chữ đệm, tên": "Nguyễn Thị Mẫu", "Ngày sinh": "1990", field: text}
    for label, value in typed.items():
        page.get_by_label(label, exact=True).first.fill(value)
    page.get_by_role("button", name="Tra cứu và điền").click()
    expect(page.locator("#mend")).to_be_focused()
    page.get_by_role("link", name=said).click()
    expect(page.get_by_label(field, exact=True).first).to_be_focused()
    for label, value in typed.items():
        expect(page.get_by_label(label, exact=True).first).to_have_value(value)
    expect(page.get_by_label(field, exact=True).first).to_have_attribute("aria-invalid", "true")
    assert running.mock.journal.calls == ()


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("066790000001||Nguyeenx Thij Maaux|02011990|Nuwx|Phuwowfng Tuy Hoaf|15082022", "chế độ Unicode"),
        (CARDS[0][:30], "quét"),
        ("xin chào", "Không phải mã QR"),
    ],
)
def test_a_spoilt_scan_says_what_to_do(running: Running, page: Page, card: str, said: str) -> None:
    """It is refused whole, with its remedy, and nothing is asked."""
    begin(page, running, CT01)
    scan(page, card)
    expect(page.locator("#mend")).to_contain_text(re.compile(said, re.IGNORECASE))
    assert running.mock.journal.calls == ()


def test_nothing_given_is_asked_for(running: Running, page: Page) -> None:
    """Who must stand in the form is named; an optional person may stay away."""
    begin(page, running, CT01)
    page.get_by_role("button", name="Tra cứu và điền").click()
    expect(page.locator("#mend li")).to_have_count(1)
    expect(page.locator("#mend")).to_contain_text("Hãy quét thẻ")


def test_a_scan_goes_on_to_the_next_card(running: Running, page: Page) -> None:
    """Of two people who are needed the second is waited for; their cards fill the form of a marriage."""
    begin(page, running, "ket hon")
    scan(page, "066670000025||Y Moan Ênuôl|22031970|Nam||15082022")
    expect(page.locator("#card-bride")).to_be_focused()
    scan(page, CARDS[1])
    page.wait_for_selector("#form")
    expect(line(page, "groom.full_name").get_by_role("textbox").first).to_have_value("Y MOAN ÊNUÔL")
    expect(line(page, "bride.full_name").get_by_role("textbox").first).to_have_value("H'HEN NIÊ")


def test_what_was_declared_otherwise_says_why(running: Running, page: Page) -> None:
    """The register's value is locked, and the difference from the citizen's word has its reason."""
    begin(page, running, CT01)
    page.get_by_text("Công dân khai (để đối chiếu").click()
    page.get_by_label("Người kê khai: Giới tính").fill("Nam")
    page.locator("#card-applicant").focus()
    scan(page, CARDS[0])
    told = line(page, "applicant.gender")
    expect(told.get_by_role("textbox").first).to_have_value("Nữ")
    expect(told.locator(".differs")).to_be_visible()


def test_the_platform_breaks_while_one_watches(running: Running, page: Page) -> None:
    """Fields are marked and none reads as empty of the register; what was typed stays, and asking again fills."""
    page.goto(running.url)
    page.get_by_role("button", name="Ngắt nền tảng").click()
    filled(page, running)
    for key in ("applicant.full_name", "applicant.household_head.relation"):
        expect(line(page, key)).to_have_attribute("data-state", "unavailable")
        expect(line(page, key)).to_contain_text("Chưa tra cứu được: Nền tảng đang bảo trì")
    name = line(page, "applicant.full_name").get_by_role("textbox").first
    expect(name).to_have_value("Nguyễn Thị Mẫu")
    expect(line(page, "applicant.full_name")).to_contain_text("Thẻ căn cước, chưa xác thực")
    line(page, "request").get_by_role("textbox").fill("Đăng ký thường trú")
    page.get_by_role("button", name="Nối lại nền tảng").click()
    expect(line(page, "request").get_by_role("textbox")).to_have_value("")  # the switch is no part of the form
    line(page, "request").get_by_role("textbox").fill("Đăng ký thường trú")
    page.get_by_role("button", name="Tra cứu lại").click()
    expect(name).to_have_value("NGUYỄN THỊ MẪU")
    expect(line(page, "applicant.full_name")).to_contain_text(LOCKED)
    expect(line(page, "request").get_by_role("textbox")).to_have_value("Đăng ký thường trú")
    expect(page.get_by_role("link", name="In giấy xác nhận")).to_have_count(0)


def test_the_proof_is_a_paper_without_a_person(running: Running, page: Page) -> None:
    """It says what was asked and when, prints alone, and nobody stands in it."""
    with running.mock.scenario("maintenance_503"):
        filled(page, running)
    page.get_by_role("link", name="In giấy xác nhận").click()
    paper = page.locator(".paper")
    expect(paper).to_contain_text("XÁC NHẬN KHÔNG TRA CỨU ĐƯỢC")
    expect(paper).to_contain_text("H15.42")
    said = page.content()
    assert not [part for part in ("066790000001", "Nguyễn", "1990") if part in said]
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="In", exact=True)).to_be_hidden()
    expect(paper).to_be_visible()


def test_an_override_is_on_record_with_its_reason(running: Running, page: Page) -> None:
    """Without a reason nothing happens; with one the field opens, has its value, and the audit has the act."""
    filled(page, running)
    told = line(page, "applicant.full_name")
    told.get_by_text("Sửa mục đã khóa").click()
    told.get_by_label("Nội dung đúng").fill("Nguyễn Thị Mẫu Hai")
    told.get_by_role("button", name="Ghi nhận và mở khóa").click()
    expect(page.locator("#mend")).to_contain_text("Ghi lý do")
    expect(told).to_contain_text(LOCKED)
    told.get_by_text("Sửa mục đã khóa").click()
    told.get_by_label("Lý do").fill("Cải chính họ tên")
    told.get_by_label("Giấy tờ chứng minh").fill("Quyết định 12/QĐ-UBND")
    told.get_by_label("Nội dung đúng").fill("Nguyễn Thị Mẫu Hai")
    told.get_by_role("button", name="Ghi nhận và mở khóa").click()
    expect(told.get_by_role("textbox").first).to_have_value("Nguyễn Thị Mẫu Hai")
    expect(told).to_contain_text("Cán bộ đã sửa")
    lines = (running.profile.parent / "audit.jsonl").read_text("utf-8").splitlines()
    (record,) = [one for one in map(json.loads, lines) if one.get("record") == "override"]
    assert (record["key"], record["reason"]) == ("applicant.full_name", "Cải chính họ tên")
    assert "Mẫu Hai" not in "".join(lines)


def test_a_slip_for_what_the_citizen_disputes(running: Running, page: Page) -> None:
    """At least one field is marked; the paper names the fields and no value."""
    filled(page, running)
    page.get_by_role("button", name="Lập phiếu").click()
    expect(page.locator("#mend")).to_contain_text("Hãy đánh dấu ít nhất một mục")
    line(page, "applicant.gender").get_by_role("checkbox").check()
    page.get_by_role("button", name="Lập phiếu").click()
    expect(page.locator(".paper")).to_contain_text("- Giới tính")
    assert "Nữ" not in page.locator(".paper").inner_text()


def test_an_old_address_offers_its_successors(open_page: Open, tmp_path: Path) -> None:
    """The officer chooses among them and none is chosen beforehand; the form then has the new one, not locked."""
    person = PERSONAS["citizen"].person
    moved = replace(
        person,
        asked_number="066790000090",
        number="066790000090",
        permanent=Place("54", "563", "22312", "12 Đường Mẫu"),
        name="LÊ THỊ DỜI MẪU",
        key="LETHIDOIMAU",
    )
    mock = Mock()
    mock.add(moved)
    page = open_page().page
    with over_a_mock(tmp_path, mock=mock) as running:
        filled(page, running, "066790000090||Lê Thị Dời Mẫu|02011990|Nữ||15082022", "ho kinh doanh")
        told = line(page, "owner.permanent_address")
        expect(told.get_by_role("radio")).to_have_count(2)
        expect(told.get_by_role("radio", checked=True)).to_have_count(0)
        told.get_by_role("button", name="Dùng nơi đã chọn").click()
        expect(page.locator("#mend")).to_contain_text("Hãy chọn một nơi")
        wanted = told.locator("label").nth(1).inner_text()
        told.get_by_role("radio").nth(1).check()
        told.get_by_role("button", name="Dùng nơi đã chọn").click()
        expect(told.get_by_role("textbox")).to_have_value(wanted)
        expect(told).not_to_contain_text(LOCKED)
        assert violations(page) == []


def test_keys_that_fit_nobody_are_mended(running: Running, page: Page) -> None:
    """The hint says what may be wrong; the keys come back as they were typed, and what was written stays."""
    begin(page, running, CT01)
    page.get_by_text("Hoặc nhập ba thông tin: Người kê khai").click()
    keys = {"Số định danh": "066790000001", "Họ, chữ đệm, tên": "Nguyễn Thị Mẫu", "Ngày sinh": "01/02/1990"}
    for label, value in keys.items():
        page.get_by_label(label, exact=True).first.fill(value)
    page.keyboard.press("Enter")
    expect(line(page, "applicant.gender")).to_contain_text("không có hồ sơ khớp cả số, họ tên và ngày sinh")
    expect(page.locator(".remark")).to_contain_text("tháng")
    line(page, "request").get_by_role("textbox").fill("Đăng ký thường trú")
    page.get_by_role("button", name="Sửa thông tin tra cứu").click()
    expect(page.get_by_label("Số định danh", exact=True).first).to_have_value("066790000001")
    page.get_by_label("Ngày sinh", exact=True).first.fill("02/01/1990")
    page.keyboard.press("Enter")
    expect(line(page, "applicant.gender")).to_contain_text(LOCKED)
    expect(page.locator(".remark")).to_have_count(0)
    expect(line(page, "request").get_by_role("textbox")).to_have_value("Đăng ký thường trú")


def test_what_is_written_goes_to_the_portal(running: Running, page: Page) -> None:
    """Open fields keep what was typed, quotes and markup too; the submission is a draft with it."""
    filled(page, running)
    line(page, "applicant.phone").get_by_role("textbox").fill("0000000")
    line(page, "applicant.household_head.full_name").get_by_role("textbox").fill('Chủ "Hộ" <b>&')
    page.keyboard.press("Enter")
    expect(line(page, "applicant.household_head.full_name").get_by_role("textbox")).to_have_value('Chủ "Hộ" <b>&')
    expect(line(page, "applicant.household_head.full_name")).to_contain_text("Nhập tay")
    page.get_by_role("link", name="Xem dữ liệu gửi cổng").click()
    submission = json.loads(page.locator(".paper").inner_text())
    assert submission["state"] == "draft"
    assert submission["data"]["applicant"]["phone"] == "0000000"
    assert submission["data"]["applicant"]["household_head"]["full_name"] == 'Chủ "Hộ" <b>&'


def test_the_same_desk_through_a_gateway(open_page: Open, tmp_path: Path) -> None:
    """Only the profile is another: the form is the same, and the gateway's audit has the question."""
    grant = '[[grant]]\napplication = "mot-cua"\nprocedure = "1.004222"\nservice = "look_up"\nfields = {}\n'
    fields = json.dumps(["name", "number", "birth_date", "gender", "household_head"])
    (tmp_path / "behind").mkdir()
    with gateway_serving(tmp_path / "behind", granting=grant.format(fields)) as gateway:
        (tmp_path / "key.txt").touch(mode=0o600)
        (tmp_path / "key.txt").write_text(gateway.key, encoding="utf-8")
        profile = tmp_path / "gateway-profile.toml"
        profile.write_text(
            f'environment = "test"\n[endpoint]\nurl = "{gateway.url}"\n[tls]\nca = "{gateway.directory / "ca.pem"}"\n'
            '[credential]\nfamily = "gateway"\napplication = "mot-cua"\nkey = { file = "key.txt" }\n'
            '[audit]\nsink = "file:audit.jsonl"\n',
            encoding="utf-8",
        )
        with serving(Settings(profile=profile), gateway.mock, profile) as running:
            page = open_page().page
            filled(page, running)
            expect(line(page, "applicant.full_name").get_by_role("textbox").first).to_have_value("NGUYỄN THỊ MẪU")
            expect(line(page, "applicant.full_name")).to_contain_text(LOCKED)
            expect(page.get_by_role("button", name="Ngắt nền tảng")).to_have_count(0)
        assert [one["application"] for one in gateway.records("intents")] == ["mot-cua"]
