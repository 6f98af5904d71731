"""Walk the checks and write down how each ended."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from dancu.causes import cause_of
from dancu.diagnose.checks import CHECKS
from dancu.diagnose.findings import CheckSpec, Ill, Unknowable
from dancu.diagnose.patient import Patient
from dancu.diagnose.question import service_asked
from dancu.diagnose.report import Check, Line, Report
from dancu.errors import DancuError, InvalidInput
from dancu.profiles.parts import SecretSource
from dancu.toml_lines import broken_line, line_of
from dancu.words import WHAT_HAPPENED, Phrase

if TYPE_CHECKING:
    import os

    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Clock

__all__ = ["diagnose"]


def diagnose(
    profile: str | os.PathLike[str] | None,
    *,
    purpose: Purpose | None,
    subject: Subject | None = None,
    clock: Clock | None = None,
) -> Report:
    """Examine a set-up, from its file to a question about somebody who does not exist.

    Args:
        profile: path of the TOML profile; None for the one in ``DANCU_PROFILE``.
        purpose: of the question; without one none is asked.
        subject: whom to ask about instead. Production refuses an invented number, so there
            it takes a person whom the agency may ask about.
        clock: clocks to use instead of the machine's, for tests.

    Returns:
        Every check of `dancu.diagnose.CHECKS`. At most 4 questions are asked, each audited
        where the profile says.

    Raises:
        InvalidInput: the purpose or the subject cannot be used.
    """
    with closing(Patient(profile, purpose=purpose, subject=subject, clock=clock)) as patient:
        checks: list[Check] = []
        # A check that had nothing to look at stops none of those after it.
        blocked: set[str] = set()
        for spec in CHECKS:
            missing = next((name for name in spec.needs if name in blocked), None)
            check = _ended(spec, patient) if missing is None else _skipped(spec, missing)
            checks.append(check)
            if missing is not None or check.state == "failed":
                blocked.add(spec.name)
        return Report(patient.name, tuple(checks), patient.questions)


def _skipped(spec: CheckSpec, missing: str) -> Check:
    return Check(spec.name, spec.title, "not_reached", Phrase(f"Needs {missing}", f"Cần {missing}"))


def _ended(spec: CheckSpec, patient: Patient) -> Check:
    try:
        return Check(spec.name, spec.title, "passed", spec.run(patient))
    except Unknowable as end:
        return Check(spec.name, spec.title, "not_reached", end.note)
    except InvalidInput:
        raise
    except Ill as found:
        return _failed(spec, patient, found)
    except DancuError as error:
        return _failed(spec, patient, Ill(error))


def _failed(spec: CheckSpec, patient: Patient, found: Ill) -> Check:
    error = found.error
    cause = cause_of(error.code, error.detail, field=error.field)
    return Check(
        spec.name,
        spec.title,
        "failed",
        code=error.code,
        detail=error.detail,
        what=found.what or WHAT_HAPPENED[error.code],
        remedy=error.entry.remedy if cause is None else cause.remedy,
        line=_line(patient, found.setting or error.field or (cause.setting if cause else None), found.suggestion),
    )


def _line(patient: Patient, setting: str | None, suggestion: str | None) -> Line | None:
    if setting is None:
        return None
    if setting == "profile":
        return Line(setting, broken_line(patient.text))
    if setting.startswith("service."):
        setting = setting.replace("service", f"services.{service_asked(patient)}", 1)
    if setting == "credential":
        setting = f"credential.{_secret_setting(patient)}"
    return Line(setting, line_of(patient.text, setting.split(".")), suggestion)


def _secret_setting(patient: Patient) -> str:
    """The setting of the credential that says where its secret lies."""
    part = patient.profile.credential
    return next(name for name in type(part).model_fields if isinstance(getattr(part, name), SecretSource))
