"""Checks that only the platform's answer to a question settles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.diagnose.findings import Ill, Unknowable
from dancu.diagnose.question import AFTER_GATE
from dancu.errors import DancuError
from dancu.words import Phrase

if TYPE_CHECKING:
    from dancu.diagnose.findings import Run
    from dancu.diagnose.patient import Patient

__all__ = ["of_answer", "token"]


def token(patient: Patient) -> Phrase | None:
    """The credential's family gets what it needs before the first question."""
    urls = patient.profile.credential.urls
    try:
        patient.fetch_token()
    except DancuError as error:
        # What is not the credential's own fault lies at the address that was called.
        elsewhere = error.code != "credential_refused" and urls
        raise Ill(error, setting=f"credential.{next(iter(urls))}" if elsewhere else None) from None
    return None if urls else Phrase("The family has no token", "Loại tài khoản này không dùng token")


def of_answer(name: str) -> Run:
    """A check that only a question settles; one that ended before it proves nothing about it."""

    def run(patient: Patient) -> Phrase | None:
        _may_ask(patient)
        answer = patient.answer
        if answer.error is None:
            return _subject_note(patient) if name == "unknown_person" else None
        if answer.place == name:
            raise Ill(answer.error, setting=answer.setting, suggestion=answer.suggestion)
        let_in = answer.error.code in _LET_IN and name not in AFTER_GATE
        if answer.place == "unknown_person" or let_in:
            return None
        raise Unknowable(Phrase("The question ended before it", "Câu hỏi dừng trước bước này"))

    return run


_LET_IN = frozenset(
    {"procedure_not_licensed", "officer_not_licensed", "not_granted", "empty_answer", "answer_mismatch"}
)
"""Codes that show that the credential was accepted."""


def _may_ask(patient: Patient) -> None:
    if patient.purpose is None:
        raise Unknowable(
            Phrase(
                "Needs --procedure, --unit, --officer and --session", "Cần --procedure, --unit, --officer và --session"
            )
        )
    if patient.profile.environment == "production" and patient.subject is None:
        raise Unknowable(
            Phrase(
                "An invented number is never sent in production; --live asks about a person from standard input",
                "Không gửi số giả định khi vận hành thật; --live hỏi về một người nhập từ đầu vào chuẩn",
            )
        )


def _subject_note(patient: Patient) -> Phrase | None:
    if patient.subject is None:
        return None
    if patient.answer.outcome == "somebody":
        raise Unknowable(Phrase("The person asked about exists", "Người được hỏi có trong CSDL"))
    return Phrase("As to the person asked about", "Theo người được hỏi")
