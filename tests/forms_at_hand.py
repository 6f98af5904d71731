"""Small forms for the tests of what fills them, and people to stand in them. Invented people only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu import Officer, Purpose, Subject
from dancu.prefill.forms import Form, FormField, Role

if TYPE_CHECKING:
    from dancu.prefill.forms import Format

PURPOSE = Purpose(procedure="1.001193", unit="H15.42", officer=Officer("can.bo.mau"), dossier="H15.42-261122-0001")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
NOBODY = Subject(number="066790999999", name="Không Ai Cả", birth_date="1990-01-02")

_FORMATS: dict[str, Format] = {
    "birth_year": "year",
    "birth_date": "date:dd/mm/yyyy",
    "card_issue_date": "date:dd/mm/yyyy",
}


def field(attribute: str, *, required: bool = False) -> FormField:
    """A field whose key is its attribute."""
    return FormField(
        key=attribute,
        label_vi=f"Mục {attribute}",
        label_en=f"Field {attribute}",
        attribute=attribute,
        format=_FORMATS.get(attribute.rpartition(".")[2], "text"),
        required=required,
    )


def role(*, required: bool = True, from_register: bool = True) -> Role:
    """Somebody of a form."""
    return Role(label_vi="Người", label_en="Person", required=required, from_register=from_register)


def form(*fields: FormField, **roles: Role) -> Form:
    """A form of these fields; without roles, of one applicant."""
    return Form(
        id="at-hand",
        procedures=("1.001193",),
        title_vi="Tờ khai mẫu",
        title_en="A form for tests",
        regulation="Không có",
        confidence="low",
        roles=roles or {"applicant": role()},
        fields=fields,
    )


ONE = form(
    *map(
        field,
        (
            "applicant.full_name",
            "applicant.birth_date",
            "applicant.birth_year",
            "applicant.id_number",
            "applicant.old_id_number",
            "applicant.gender",
            "applicant.ethnic_group",
            "applicant.permanent_address",
            "applicant.origin",
            "applicant.father.full_name",
            "applicant.father.id_number",
            "applicant.household_head.relation",
            "applicant.card_issue_date",
            "applicant.card_issuer",
        ),
    ),
    FormField(key="phone", label_vi="Điện thoại", label_en="Telephone", required=True),
)
"""Everything about one person, and a field that only they can fill."""

PARENTS = form(
    field("child.full_name", required=True),
    *(field(f"{who}.{what}", required=True) for who in ("mother", "father") for what in ("full_name", "birth_year")),
    field("mother.current_address"),
    child=role(from_register=False),
    mother=role(),
    father=role(required=False),
)
"""A child and its parents."""
