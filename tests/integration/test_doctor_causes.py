"""One table of causes for the doctor and for the errors themselves; and where a setting stands in a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dancu.causes import CAUSES, cause_of
from dancu.diagnose import CHECKS
from dancu.diagnose.question import _USUAL_ORDER
from dancu.errors import CODES, ConfigurationError, Rejected, Unavailable
from dancu.toml_lines import broken_line, line_of
from dancu.wire.services.values import NAMES

TEXT = """\
# A comment = no setting
environment = "test"

[ endpoint ]  # where
url = "https://lgsp.example/"
"server_name" = "x"

[services.look_up]
fields_sent = [
  "MaYeuCau",
]
credential.user = "a"
"""


def test_every_cause_is_found_by_a_check() -> None:
    """Each row names a code, a check of the doctor, and a remedy in two languages without a full stop."""
    names = {spec.name for spec in CHECKS}
    for row in CAUSES:
        assert row.check in names and row.code in CODES
        assert row.remedy.vi and row.remedy.en and row.remedy.vi != row.remedy.en
        assert not row.remedy.vi.endswith(".") and not row.remedy.en.endswith(".")
    assert len({(row.code, row.detail) for row in CAUSES}) == len(CAUSES)


def test_every_element_has_its_usual_place() -> None:
    """Whatever a profile may list in ``fields_sent`` can be put in order."""
    assert {name.lower() for name in NAMES} <= set(_USUAL_ORDER)


def test_checks_need_checks_before_them() -> None:
    """A check's needs stand above it in the table, and no name stands there twice."""
    seen: set[str] = set()
    for spec in CHECKS:
        assert set(spec.needs) <= seen and spec.name not in seen
        assert spec.title.vi and spec.title.en and spec.title.vi != spec.title.en
        seen.add(spec.name)


def test_an_error_carries_its_diagnosis() -> None:
    """An error names the check that finds its cause, and its remedy is the table's."""
    expired = ConfigurationError("certificate_unusable", field="tls.certificate", detail="expired")
    assert expired.cause == cause_of("certificate_unusable", "expired")
    assert expired.remedy.en == "Install the renewed certificate with its key"
    assert "Install the renewed certificate with its key. [code=certificate_unusable" in str(expired)
    assert "check=certificate" in str(expired) and "Cài chứng thư đã gia hạn" in expired.message("vi")
    refused = Rejected("credential_refused", detail="HTTP 401")
    assert refused.cause is not None and refused.cause.check == "secret"


def test_what_may_pass_keeps_its_simple_remedy() -> None:
    """An officer is told to try again where that may be enough, although the doctor would look at the route."""
    late = Unavailable("timed_out")
    assert late.cause is None and late.remedy.en == "Try again in a moment"
    assert "check=" not in str(late)


@pytest.mark.parametrize(
    ("field", "check"),
    [("profile", "profile"), ("credential.secret", "secrets"), ("audit.key", "audit"), ("tls.password", "secrets")],
)
def test_the_same_phrase_about_another_file_is_another_check(field: str, check: str) -> None:
    """A file that cannot be read belongs to the check that reads it."""
    cause = cause_of("profile_invalid", "the file cannot be read", field=field)
    assert cause is not None and cause.check == check


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("environment", 2),
        ("endpoint", 4),
        ("endpoint.url", 5),
        ("endpoint.server_name", 6),
        ("endpoint.proxy", 4),
        ("services.look_up.fields_sent", 9),
        ("services.look_up.path", 8),
        ("services.look_up.credential.user", 12),
        ("audit.sink", None),
    ],
)
def test_a_setting_is_found_by_its_line(setting: str, line: int | None) -> None:
    """A setting stands where it is written; a missing one is wanted in its table, or nowhere."""
    assert line_of(TEXT, setting.split(".")) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("", None), (TEXT, None), ("a = 1\nb = x\n", 2), ("a = 1\na = 2\n", 2), ("a = 1\n[b", 2), ('a = "x', 1)],
)
def test_the_line_where_a_text_breaks_is_told(text: str, line: int | None) -> None:
    """The first line that is no TOML, the last where the text ends too early."""
    assert broken_line(text) == line


def test_the_documents_list_every_check() -> None:
    """The table of the page has one row for each check, in order, with its needs."""
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| .+ \| (.+) \|$", page, re.MULTILINE)
    wanted = [(spec.name, ", ".join(f"`{name}`" for name in spec.needs) or "-") for spec in CHECKS]
    assert rows == wanted
