"""A printed form as a Word document, from templates of our own; needs the extra ``forms``.

A field of which nothing is known is a dotted line, to be filled by hand; where the register could not be asked or
may not be, the line bears a mark and the foot of the page says why. Nothing reads as "none" that nobody knows.
"""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from importlib import resources
from typing import TYPE_CHECKING, Any

from dancu.errors import InvalidInput, error_for
from dancu.render.walking import placed

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from dancu.prefill.forms import Form
    from dancu.prefill.record import FieldValue, State

__all__ = ["DOCUMENTS", "render"]

DOCUMENTS: dict[str, str] = {
    "ct01-permanent": "ct01.docx",
    "ct01-temporary": "ct01.docx",
    "ct01-confirmation": "ct01.docx",
    "birth": "birth.docx",
}
"""The forms that have a template, by their ids."""

_LINE = "…" * 14
_MARK = " (*)"
_WHY: dict[State, str] = {
    "unavailable": "(*) Chưa tra cứu được trong Cơ sở dữ liệu quốc gia về dân cư; ghi theo giấy tờ xuất trình.",
    "restricted": "(*) Đơn vị chưa được cấp quyền xem thông tin này; ghi theo giấy tờ xuất trình.",
    "not_licensed": "(*) Thủ tục hoặc dịch vụ chưa được cấp quyền với thông tin này; ghi theo giấy tờ xuất trình.",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MEMBER = re.compile(r"member[0-9]+")


def render(form: Form, fields: Mapping[str, FieldValue], *, now: datetime.datetime) -> bytes:
    """The document; the same bytes for the same fields at the same time.

    Raises:
        InvalidInput: ``invalid_fields`` naming ``kind``: the form has no template.
        ConfigurationError: ``extra_missing``.
    """
    if form.id not in DOCUMENTS:
        raise InvalidInput(
            "invalid_fields", field="kind", detail=f"a document: {', '.join(sorted(DOCUMENTS))} have one"
        )
    try:
        docxtpl: Any = importlib.import_module("docxtpl")
    except ModuleNotFoundError:
        raise error_for("extra_missing", detail="pip install 'dancu[forms]'") from None
    written = {one.target: one.written for one in placed(form, fields, None)}

    def value(key: str) -> str:
        known = fields.get(key)
        text = written.get(key)
        if isinstance(text, str):
            return text
        return _LINE + (_MARK if known is not None and _is_noted(known) else "")

    file = resources.files("dancu.render").joinpath("templates", DOCUMENTS[form.id])
    template = docxtpl.DocxTemplate(io.BytesIO(file.read_bytes()))
    context: dict[str, Any] = {
        "title": form.title_vi,
        "value": value,
        "head_name": _of_head("full_name", fields, value),
        "head_number": _of_head("id_number", fields, value),
        "members": list(_members(form, fields, value)),
        "notes": list(dict.fromkeys(_WHY[one.state] for one in fields.values() if _is_noted(one))),
    }
    template.render(context, autoescape=True)
    template.docx.core_properties.created = template.docx.core_properties.modified = now.replace(tzinfo=None)
    saved = io.BytesIO()
    template.save(saved)
    return _timeless(saved.getvalue())


def _is_noted(one: FieldValue) -> bool:
    return one.value is None and one.state in _WHY and one.reason != "only_on_card"


def _of_head(part: str, fields: Mapping[str, FieldValue], value: Any) -> str:
    """Of the head of household: of their own record where their keys were given, else as the applicant's names them."""
    own = f"head.{part}"
    return str(value(own if own in fields else f"applicant.household_head.{part}"))


def _members(form: Form, fields: Mapping[str, FieldValue], value: Any) -> Iterator[dict[str, str]]:
    """A row for each member who was given."""
    for role in form.roles:
        if _MEMBER.fullmatch(role) and any(key.startswith(f"{role}.") for key in fields):
            parts = ("full_name", "birth_date", "gender", "id_number", "household_head.relation")
            yield {part.rpartition(".")[2]: value(f"{role}.{part}") for part in parts}


def _timeless(document: bytes) -> bytes:
    """The same archive without the times of its parts."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return again.getvalue()
