"""How a value is written into a field; what cannot be written so is left out and never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from dancu.domain.codes import Coded, canonical_ethnic_name
from dancu.domain.date_words import date_in_words
from dancu.domain.dates import PartialDate
from dancu.domain.places import Address, find_commune, find_province

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.prefill.forms import Format
    from dancu.prefill.record import Known

__all__ = ["Written", "write"]

Written: TypeAlias = "str | dict[str, str]"


def write(value: Known, form: Format) -> Written | None:
    """A value in a form's format.

    Args:
        value: what is known. Text that a card holds or somebody typed is written as it stands, whatever the format,
            but for formats of codes, which it is not.
        form: of `dancu.prefill.forms.Format`.

    Returns:
        Text, or an object of texts for ``address:parts``; None where the value has no such form: a code that no
        list knows has no label, an old address no commune of today.
    """
    match value:
        case PartialDate():
            return _DATES[form](value) if form in _DATES else str(value)
        case Coded():
            return _CODES[form](value) if form in _CODES else value.label
        case Address():
            return _PLACES[form](value) if form in _PLACES else str(value)
        case _:
            return _text(str(value), form)


def _text(text: str, form: Format) -> Written | None:
    if form == "text:upper":
        return text.upper()
    if form == "address:parts":
        return {"detail": text}
    return None if form.startswith("code:") and form != "code:label" else text


def _figures(date: PartialDate) -> str:
    """``02/01/1990``, ``01/1990`` or ``1990``: no day or month that nobody knows."""
    parts = [f"{part:02}" for part in (date.day, date.month) if part is not None]
    return "/".join([*parts, f"{date.year:04}"])


def _ethnic_name(code: Coded) -> str | None:
    return canonical_ethnic_name(code) or code.label


def _commune(address: Address) -> str | None:
    """The name of a commune of today."""
    unit = find_commune(address.commune, vintage="new") if _is_of_today(address) and address.commune else None
    return None if unit is None else unit.name


def _province(address: Address) -> str | None:
    unit = find_province(address.province, vintage="new") if _is_of_today(address) and address.province else None
    return None if unit is None else unit.name


def _is_of_today(address: Address) -> bool:
    """Whether the codes are of today's list: a province alone may have kept its code."""
    return address.vintage == "new" or (address.commune is None and address.district is None)


def _parts(address: Address) -> dict[str, str] | None:
    """Codes of today, and the rest of the line; None for an address of before that nobody has chosen from yet."""
    if not _is_of_today(address):
        return None
    parts = {"province": address.province, "commune": address.commune, "detail": address.detail}
    return {name: part for name, part in parts.items() if part is not None}


_DATES: dict[Format, Callable[[PartialDate], Written | None]] = {
    "date:dd/mm/yyyy": _figures,
    "date:words": date_in_words,
    "year": lambda date: f"{date.year:04}",
}
_CODES: dict[Format, Callable[[Coded], Written | None]] = {
    "code:id": lambda code: code.code or None,
    "name:ethnic": _ethnic_name,
}
_PLACES: dict[Format, Callable[[Address], Written | None]] = {
    "address:detail": lambda address: address.detail,
    "address:parts": _parts,
    "code:commune": lambda address: address.commune if _is_of_today(address) else None,
    "code:province": lambda address: address.province if _is_of_today(address) else None,
    "name:commune": _commune,
    "name:province": _province,
}
