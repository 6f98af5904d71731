"""The exception tree and the closed table of codes: whose fault, what to do, again or not.

::

    DancuError
    ├── InvalidInput (ValueError)   the caller's words are off; nothing was sent
    ├── FieldNotAsked               a field was read that had not been asked for
    ├── ConfigurationError          the operator's set-up is off; nothing was sent
    ├── Rejected                    the far side, or a limit, says no to this question
    └── Unavailable                 no answer was had; it says nothing about the person

A citizen whom the register does not know is *not* in this tree: that is the answer
``NotMatched``, and it is returned. Every error carries a ``code`` from `CODES`, which
fixes its class, its ``origin``, its words in two languages and whether to try again.
No error carries a value that somebody typed, nor a word that the far side wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from dancu.causes import cause_of
from dancu.words import REMEDIES, WHAT_HAPPENED, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu.causes import Cause

__all__ = [
    "CODES",
    "Code",
    "CodeEntry",
    "ConfigurationError",
    "DancuError",
    "FieldNotAsked",
    "InvalidInput",
    "Origin",
    "Rejected",
    "Unavailable",
    "error_for",
]

Code = Literal[
    "invalid_subject",
    "invalid_purpose",
    "invalid_fields",
    "field_not_asked",
    "profile_invalid",
    "extra_missing",
    "certificate_unusable",
    "credential_refused",
    "client_certificate_refused",
    "procedure_not_licensed",
    "officer_not_licensed",
    "request_refused",
    "quota_spent",
    "subject_locked",
    "not_granted",
    "connect_failed",
    "server_untrusted",
    "timed_out",
    "disconnected",
    "throttled",
    "maintenance",
    "provider_fault",
    "http_error",
    "empty_answer",
    "unreadable_answer",
    "unknown_answer",
    "answer_mismatch",
    "answer_too_large",
    "circuit_open",
    "too_busy",
    "audit_unavailable",
]
Origin = Literal["caller", "operator", "provider", "limits", "network", "dancu"]


class DancuError(Exception):
    """What every error of this package has in common.

    Attributes:
        code: one of `CODES`; stable, for programs.
        field: the input or setting at fault, by name, or None. Never its value.
        detail: one closed phrase of ours that narrows the code, or None.
        reference: the request's ULID, the same as in the audit and on the wire
            (``MaYeuCau``), or None where nothing was about to be sent.
        retry_after: seconds the far side asked us to wait, or None.
        retryable: whether the same question may be asked again as it is; the table's
            word for the code unless the HTTP status says otherwise.
    """

    def __init__(
        self,
        code: Code,
        *,
        field: str | None = None,
        detail: str | None = None,
        reference: str | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
    ) -> None:
        entry = CODES[code]
        if not isinstance(self, entry.error):
            raise TypeError(f"{code} is a code of {entry.error.__name__}")
        super().__init__(code)
        self.code: Code = code
        self.field = field
        self.detail = detail
        self.reference = reference
        self.retry_after = retry_after
        self.retryable = entry.retryable if retryable is None else retryable

    @property
    def entry(self) -> CodeEntry:
        """The row of `CODES` this error stands for."""
        return CODES[self.code]

    @property
    def origin(self) -> Origin:
        """Whose it is: caller, operator, provider, limits, network or dancu itself."""
        return self.entry.origin

    @property
    def cause(self) -> Cause | None:
        """What the table of causes knows; None where it knows nothing, or where waiting may be enough."""
        return None if self.retryable else cause_of(self.code, self.detail, field=self.field)

    @property
    def remedy(self) -> Phrase:
        """What to do, in two languages."""
        return self.entry.remedy if self.cause is None else self.cause.remedy

    def message(self, language: Literal["vi", "en"] = "en") -> str:
        """What happened and what to do, for an officer (``vi``) or an engineer (``en``)."""
        what, remedy = (getattr(phrase, language) for phrase in (WHAT_HAPPENED[self.code], self.remedy))
        where = f" [{self.field}]" if self.field else ""
        why = f" ({self.detail})" if self.detail else ""
        return f"{what}{where}{why}. {remedy}."

    def __str__(self) -> str:
        tail = f"code={self.code} origin={self.origin} retryable={'yes' if self.retryable else 'no'}"
        if self.cause:
            tail += f" check={self.cause.check}"
        if self.reference:
            tail += f" reference={self.reference}"
        return f"{self.message()} [{tail}]"

    def __repr__(self) -> str:
        named = (("field", self.field), ("detail", self.detail), ("reference", self.reference))
        shown = "".join(f", {name}={value!r}" for name, value in named if value)
        return f"{type(self).__name__}({self.code!r}{shown})"

    def __reduce__(self) -> tuple[Callable[..., DancuError], tuple[Any, ...]]:
        state = {
            "field": self.field,
            "detail": self.detail,
            "reference": self.reference,
            "retry_after": self.retry_after,
            "retryable": self.retryable,
        }
        return _rebuild, (type(self), self.code, state)


def _rebuild(error: type[DancuError], code: Code, state: dict[str, Any]) -> DancuError:
    return error(code, **state)


class InvalidInput(DancuError, ValueError):
    """The question cannot be asked as it was put; ``field`` names the part. Nothing was sent."""


class FieldNotAsked(DancuError):
    """A field was read that the question had not asked for; ``field`` names it.

    Not an `AttributeError`: ``getattr(citizen, "religion", None)`` must not turn
    "nobody asked" into "the register holds nothing".
    """


class ConfigurationError(DancuError):
    """The profile, a certificate or an installed extra is off; ``field`` names the setting."""


class Rejected(DancuError):
    """The question arrived and was refused, or a limit forbids it. Not about the person."""


class Unavailable(DancuError):
    """There is no usable answer. It must never be read as "no such citizen"."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One row of the closed table.

    Attributes:
        error: the class that bears the code.
        origin: whose it is.
        retryable: whether the same question may be asked again as it is.
        status: HTTP status under which the gateway reports it, or None.
        remedy: what to do, in two languages.
    """

    error: type[DancuError]
    origin: Origin
    retryable: bool
    status: int | None
    remedy: Phrase


def error_for(code: Code, **details: Any) -> DancuError:
    """Build the error of the class that ``code`` belongs to."""
    return CODES[code].error(code, **details)


CODES: Mapping[Code, CodeEntry] = MappingProxyType(
    {
        "invalid_subject": CodeEntry(InvalidInput, "caller", False, 422, REMEDIES["correct"]),
        "invalid_purpose": CodeEntry(InvalidInput, "caller", False, 422, REMEDIES["correct"]),
        "invalid_fields": CodeEntry(InvalidInput, "caller", False, 422, REMEDIES["name_fields"]),
        "field_not_asked": CodeEntry(FieldNotAsked, "caller", False, None, REMEDIES["add_field"]),
        "profile_invalid": CodeEntry(ConfigurationError, "operator", False, 500, REMEDIES["correct_setting"]),
        "extra_missing": CodeEntry(ConfigurationError, "operator", False, 500, REMEDIES["install_extra"]),
        "certificate_unusable": CodeEntry(ConfigurationError, "operator", False, 500, REMEDIES["replace_file"]),
        "credential_refused": CodeEntry(Rejected, "operator", False, 502, REMEDIES["tell_operator"]),
        "client_certificate_refused": CodeEntry(Rejected, "operator", False, 502, REMEDIES["tell_operator"]),
        "procedure_not_licensed": CodeEntry(Rejected, "provider", False, 403, REMEDIES["tell_operator"]),
        "officer_not_licensed": CodeEntry(Rejected, "provider", False, 403, REMEDIES["tell_operator"]),
        "request_refused": CodeEntry(Rejected, "provider", False, 403, REMEDIES["tell_provider"]),
        "quota_spent": CodeEntry(Rejected, "limits", False, 429, REMEDIES["await_quota"]),
        "subject_locked": CodeEntry(Rejected, "limits", False, 429, REMEDIES["ask_rightly"]),
        "not_granted": CodeEntry(Rejected, "limits", False, 403, REMEDIES["tell_operator"]),
        "connect_failed": CodeEntry(Unavailable, "network", True, 503, REMEDIES["ask_again"]),
        "server_untrusted": CodeEntry(Unavailable, "network", False, 503, REMEDIES["tell_operator"]),
        "timed_out": CodeEntry(Unavailable, "network", True, 504, REMEDIES["ask_again"]),
        "disconnected": CodeEntry(Unavailable, "network", True, 503, REMEDIES["ask_again"]),
        "throttled": CodeEntry(Unavailable, "provider", True, 503, REMEDIES["ask_again"]),
        "maintenance": CodeEntry(Unavailable, "provider", True, 502, REMEDIES["ask_again"]),
        "provider_fault": CodeEntry(Unavailable, "provider", False, 502, REMEDIES["tell_provider"]),
        "http_error": CodeEntry(Unavailable, "provider", False, 502, REMEDIES["tell_provider"]),
        "empty_answer": CodeEntry(Unavailable, "provider", True, 502, REMEDIES["tell_provider"]),
        "unreadable_answer": CodeEntry(Unavailable, "provider", True, 502, REMEDIES["tell_provider"]),
        "unknown_answer": CodeEntry(Unavailable, "provider", False, 502, REMEDIES["tell_provider"]),
        "answer_mismatch": CodeEntry(Unavailable, "provider", False, 502, REMEDIES["tell_provider"]),
        "answer_too_large": CodeEntry(Unavailable, "provider", False, 502, REMEDIES["tell_provider"]),
        "circuit_open": CodeEntry(Unavailable, "dancu", True, 503, REMEDIES["ask_again"]),
        "too_busy": CodeEntry(Unavailable, "dancu", True, 503, REMEDIES["ask_again"]),
        "audit_unavailable": CodeEntry(Unavailable, "dancu", False, 503, REMEDIES["tell_operator"]),
    }
)
"""Every code there is. Another one is another row here and nothing else."""
