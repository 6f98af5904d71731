"""The answer to a citizen who asks who looked at them: plain Vietnamese, no codes but those they may quote.

Officers are not named: a complaint quotes the reference, under which the log knows them.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.inspection.pages import template
from dancu.gateway.inspection.telling import field_names
from dancu.gateway.inspection.words import OPERATIONS, RESULTS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from dancu.gateway.inspection.part import InspectionPart
    from dancu.gateway.inspection.questions import Look

__all__ = ["Letter", "letter", "letter_page", "letter_text"]

_WIDTH = 88
_TITLE = "THÔNG BÁO về việc tra cứu thông tin cá nhân"
_NOTHING = "Trong thời gian đó, không có lần nào thông tin của Ông/Bà được tra cứu qua hệ thống này."

_CLOSING = (
    "Mỗi lần tra cứu đều được ghi lại cùng với cán bộ đã thực hiện. Nếu có lần nào không liên quan đến việc"
    " của Ông/Bà, xin liên hệ nơi dưới đây và nêu mã tra cứu:"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in its parts.

    Attributes:
        agency: who writes.
        place: day of writing, in words.
        opening: paragraphs before the list.
        items: one for each look, in lines.
        closing: paragraphs after it.
        complaints: where to complain, lines.
    """

    agency: str
    place: str
    opening: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    complaints: tuple[str, ...]


def letter(
    looks: Sequence[Look],
    *,
    part: InspectionPart | None,
    now: datetime.datetime,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
) -> Letter:
    """The letter about these looks at one person.

    Args:
        looks: all in the period.
        part: names of agency, procedures and units, and where to complain.
        now: on Vietnam's clocks.
        since: of the period, on Vietnam's clocks; None for the beginning of what is kept.
        until: its end, outside of it; None for now.

    Raises:
        ConfigurationError: ``profile_invalid`` naming what a letter cannot do without.
    """
    if part is None or part.agency is None or not part.complaints:
        detail = "a letter needs gateway.toml with the agency and where to complain"
        raise ConfigurationError("profile_invalid", field="inspection.complaints", detail=detail)
    return Letter(
        agency=part.agency,
        place=f"Ngày {now.day} tháng {now.month} năm {now.year}",
        opening=(
            "Ông/Bà đã hỏi ai đã tra cứu thông tin cá nhân của mình trong Cơ sở dữ liệu quốc gia về dân cư.",
            f"Chúng tôi đã xem nhật ký của hệ thống {_period(since, until, now)}.",
            f"Thông tin của Ông/Bà đã được hỏi {len(looks)} lần, như sau:" if looks else _NOTHING,
        ),
        items=tuple(_item(look, part) for look in looks),
        closing=(_CLOSING,),
        complaints=part.complaints,
    )


def _period(since: datetime.datetime | None, until: datetime.datetime | None, now: datetime.datetime) -> str:
    first = "từ khi bắt đầu lưu" if since is None else f"từ ngày {since:%d/%m/%Y}"
    return f"{first} đến hết ngày {(now if until is None else _last_moment(until)):%d/%m/%Y}"


def _last_moment(until: datetime.datetime) -> datetime.datetime:
    """The last moment of a period that ends outside of itself."""
    return until - until.resolution


def _item(look: Look, part: InspectionPart) -> tuple[str, ...]:
    unit = part.units.get(look.unit, f"đơn vị có mã {look.unit}")
    procedure = part.procedures.get(look.procedure)
    case = f"thủ tục {look.procedure}" if procedure is None else f"thủ tục “{procedure}”"
    dossier = "chưa có số hồ sơ" if look.dossier is None else f"hồ sơ {look.dossier}"
    operation = OPERATIONS.get(look.operation)
    done = "tra cứu" if operation is None else operation.vi[0].lower() + operation.vi[1:]
    return (
        f"{look.local:%H} giờ {look.local:%M} ngày {look.local:%d/%m/%Y}: {unit}",
        f"Việc: {done}, để giải quyết {case}, {dossier}.",
        f"Kết quả: {_seen(look)}.",
        f"Mã tra cứu: {look.reference}",
    )


def _seen(look: Look) -> str:
    if look.given:
        return f"đã xem {field_names(look.given)}"
    result = RESULTS.get(look.result)
    said = "không xem được gì" if result is None else result.vi[0].lower() + result.vi[1:]
    return f"{said} (đối chiếu: {field_names(look.asked)})" if look.result == "verified" else said


def letter_text(said: Letter) -> str:
    """The letter as plain text, 88 letters wide."""
    lines = [said.agency, said.place, "", _TITLE, "", "Kính gửi: Ông/Bà " + "." * 40, ""]
    for paragraph in said.opening:
        lines += [*_wrapped(paragraph), ""]
    for number, (first, *others) in enumerate(said.items, 1):
        lines += [*_wrapped(f"{number}. {first}"), *(line for other in others for line in _wrapped(other, "   ")), ""]
    for paragraph in said.closing:
        lines += _wrapped(paragraph)
    return "\n".join([*lines, *(f"   {line}" for line in said.complaints), ""])


def _wrapped(text: str, indent: str = "") -> list[str]:
    # A code is quoted whole: it is broken nowhere.
    style = textwrap.TextWrapper(
        _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return style.wrap(text)


def letter_page(said: Letter) -> str:
    """The letter as one HTML file, to be printed and signed."""
    return template("letter.html").render(letter=said, title=_TITLE)
