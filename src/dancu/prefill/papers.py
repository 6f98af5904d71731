"""Two papers that the law keeps apart: that the register could not be asked, and that its data is disputed.

Decree 18/2026/NĐ-CP lets an officer ask for originals only when the look-up failed or is wrong; each of the two is
its own recorded, printable ground. Neither holds a value of the register's, and the first no personal data at all.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from dancu.errors import InvalidInput
from dancu.words import WHAT_HAPPENED, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.errors import Code
    from dancu.prefill.record import Record

__all__ = ["DiscrepancySlip", "FailedQuestion", "Heading", "ProofOfUnavailability", "discrepancy_slip", "proof_of"]

Language: TypeAlias = Literal["vi", "en"]
_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
_OPERATIONS = {
    "look_up": Phrase("look-up of a citizen", "tra cứu thông tin công dân"),
    "relatives": Phrase("look-up of a citizen's parents", "tra cứu thông tin cha, mẹ"),
}
_PROOF = Phrase("PROOF OF UNAVAILABILITY", "XÁC NHẬN KHÔNG TRA CỨU ĐƯỢC")
_UNANSWERED = Phrase(
    "The national population database was asked and gave no usable answer:",
    "Đã tra cứu Cơ sở dữ liệu quốc gia về dân cư và không nhận được kết quả:",
)
_SLIP = Phrase("DISCREPANCY SLIP", "PHIẾU GHI NHẬN THÔNG TIN CHƯA ĐÚNG")
_DISPUTED = Phrase(
    "The citizen says that the following is wrong in the national population database:",
    "Công dân cho biết các thông tin sau trong Cơ sở dữ liệu quốc gia về dân cư chưa đúng:",
)
_LABELS = (
    ("title", Phrase("Form", "Biểu mẫu")),
    ("procedure", Phrase("Procedure", "Thủ tục")),
    ("unit", Phrase("Unit", "Đơn vị")),
    ("dossier", Phrase("Dossier", "Hồ sơ")),
    ("environment", Phrase("Environment", "Môi trường")),
)
_TIME = Phrase("Time", "Thời điểm")
_REFERENCE = Phrase("Reference", "Mã tham chiếu")


@dataclass(frozen=True, slots=True)
class Heading:
    """What both papers begin with.

    Attributes:
        form: its id.
        title: of the form, in both languages.
        procedure, unit: of the purpose.
        dossier: its number, or the draft's session.
        environment: ``test`` or ``production``; a paper of a test is no proof.
    """

    form: str
    title: Phrase
    procedure: str
    unit: str
    dossier: str
    environment: str

    def lines(self, language: Language) -> list[str]:
        """One line for each."""
        values = {name: getattr(self, name) for name, _label in _LABELS} | {"title": _in(self.title, language)}
        return [f"{_in(label, language)}: {values[name]}" for name, label in _LABELS]


@dataclass(frozen=True, slots=True)
class FailedQuestion:
    """One question without an answer.

    Attributes:
        operation: ``look_up`` or ``relatives``.
        code: why; one of `dancu.errors.CODES`, and ``words`` say it.
        reference: ULID, as in the audit and on the wire.
        time: UTC.
    """

    operation: str
    code: Code
    reference: str | None
    time: datetime.datetime

    @property
    def words(self) -> Phrase:
        """What happened, in both languages."""
        return WHAT_HAPPENED[self.code]


@dataclass(frozen=True, slots=True)
class ProofOfUnavailability:
    """The register was asked and gave no answer: the ground for asking the citizen for papers."""

    heading: Heading
    questions: tuple[FailedQuestion, ...]

    def text(self, language: Language = "vi") -> str:
        """A page to print; no personal data stands on it."""
        lines = [_in(_PROOF, language), "", *self.heading.lines(language), "", _in(_UNANSWERED, language)]
        for one in self.questions:
            lines += [
                "",
                f"- {_in(_OPERATIONS[one.operation], language)}: {_in(one.words, language)} ({one.code})",
                f"  {_in(_TIME, language)}: {_both_times(one.time)}",
                f"  {_in(_REFERENCE, language)}: {one.reference or '-'}",
            ]
        return "\n".join([*lines, ""])


@dataclass(frozen=True, slots=True)
class DiscrepancySlip:
    """The citizen says that the register is wrong: which fields, never what either side holds.

    Attributes:
        fields: the labels of the disputed fields.
        references: of the calls that the register's answers came from.
        time: UTC.
    """

    heading: Heading
    fields: tuple[Phrase, ...]
    references: tuple[str, ...]
    time: datetime.datetime

    def text(self, language: Language = "vi") -> str:
        """A page to print; no value stands on it."""
        lines = [_in(_SLIP, language), "", *self.heading.lines(language)]
        lines += [f"{_in(_TIME, language)}: {_both_times(self.time)}"]
        lines += ["", _in(_DISPUTED, language), *(f"- {_in(one, language)}" for one in self.fields), ""]
        return "\n".join([*lines, *(f"{_in(_REFERENCE, language)}: {one}" for one in self.references), ""])


def proof_of(record: Record) -> ProofOfUnavailability | None:
    """The proof that a form's look-ups failed; None where each was answered, or refused."""
    if not record.failures:
        return None
    questions = (
        FailedQuestion(one.operation, one.error.code, one.error.reference, one.time) for one in record.failures
    )
    return ProofOfUnavailability(_heading(record), tuple(questions))


def discrepancy_slip(record: Record, keys: Iterable[str], now: datetime.datetime) -> DiscrepancySlip:
    """A slip about fields that the register filled.

    Raises:
        InvalidInput: ``invalid_fields``: none, or one that the register did not fill.
    """
    wanted = set(keys)
    of_register = {key for key, one in record.fields.items() if one.state in {"filled", "stale"}}
    if not wanted or not wanted <= of_register:
        raise InvalidInput("invalid_fields", field="fields", detail="fields that the register filled, one at least")
    fields = [one for one in record.form.fields if one.key in wanted]
    references = dict.fromkeys(record.fields[one.key].reference for one in fields)
    labels = tuple(Phrase(en=one.label_en, vi=one.label_vi) for one in fields)
    return DiscrepancySlip(_heading(record), labels, tuple(one for one in references if one is not None), now)


def _heading(record: Record) -> Heading:
    form, purpose = record.form, record.purpose
    return Heading(
        form=form.id,
        title=Phrase(en=form.title_en, vi=form.title_vi),
        procedure=purpose.procedure,
        unit=purpose.unit,
        dossier=purpose.dossier or purpose.session or "",
        environment=record.environment,
    )


def _in(phrase: Phrase, language: Language) -> str:
    return phrase.vi if language == "vi" else phrase.en


def _both_times(time: datetime.datetime) -> str:
    local = time.astimezone(_VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    return f"{local} (GMT+7), {time.astimezone(datetime.UTC).strftime('%Y-%m-%d %H:%M:%S')} UTC"
