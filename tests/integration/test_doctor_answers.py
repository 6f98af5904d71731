"""The doctor and what only the platform's answer tells: credential, rights, order, a person who does not exist."""

from __future__ import annotations

import json
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dancu import InvalidInput, Subject
from dancu.diagnose import CHECKS, diagnose
from dancu.diagnose.question import MOST_VARIANTS, NOBODY
from dancu.domain.names import fold_name
from dancu_mock import FAULT_NUMBERS, PEOPLE, Mock, MockSettings, Person, Raw, Reply, Request

from .doctor import PURPOSE, SetUp, bare_server, first, other_authority, set_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIELDS = '"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh"'
SWAPPED = '"MaDVC", "MaYeuCau", "MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh|SoCMND", "NgayThangNamSinh", "HoVaTen"'
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
LICENSED = frozenset({"another"})
Broken = tuple[MockSettings, "Callable[[SetUp], object]", str, "str | None", "str | None"]


def _nothing(_one: SetUp) -> None:
    """The platform alone is at fault."""


def _scenario(name: str) -> Callable[[SetUp], object]:
    def begin(one: SetUp) -> None:
        one.server.mock.scenario(name)

    return begin


BROKEN: dict[str, Broken] = {
    "seconds wanted": (
        MockSettings(),
        lambda one: one.change('timestamp = "milliseconds"', 'timestamp = "seconds"'),
        "timestamp_unit",
        "credential.timestamp",
        "the other unit is taken",
    ),
    "milliseconds wanted": (
        MockSettings(timestamp="seconds"),
        lambda one: one.change('timestamp = "seconds"', 'timestamp = "milliseconds"'),
        "timestamp_unit",
        "credential.timestamp",
        "the other unit is taken",
    ),
    "another registered URL": (
        MockSettings(),
        lambda one: one.change('registered_url = "/dancu/tracuu"', 'registered_url = "/noi-bo/tracuu"'),
        "registered_url",
        "endpoint.registered_url",
        "another registered_url is taken",
    ),
    "wrong secret": (
        MockSettings(),
        lambda one: one.put("secret.txt", b"wrong"),
        "secret",
        "credential.secret",
        "HTTP 401",
    ),
    "wrong user": (
        MockSettings(),
        lambda one: one.change('user = "demo-app"', 'user = "another-app"'),
        "secret",
        "credential.secret",
        "HTTP 401",
    ),
    "token refused": (
        MockSettings(family="lgsp-token"),
        lambda one: one.put("secret.txt", b"wrong"),
        "token",
        "credential.secret_key",
        "token endpoint, HTTP 401",
    ),
    "wrong token address": (
        MockSettings(family="lgsp-token"),
        lambda one: one.change('/token"', '/tokens"'),
        "token",
        "credential.token_url",
        "HTTP 404",
    ),
    "wrong path": (
        MockSettings(),
        lambda one: one.change('path = "tracuu"', 'path = "tra-cuu"'),
        "service_path",
        "services.look_up.path",
        "HTTP 404",
    ),
    "procedure": (
        MockSettings(licensed_procedures=LICENSED),
        _nothing,
        "procedure",
        None,
        "HTTP 403",
    ),
    "officer": (MockSettings(licensed_officers=LICENSED), _nothing, "officer", None, "HTTP 403"),
    "element order": (
        MockSettings(),
        lambda one: one.change(f"  {FIELDS},", f"  {SWAPPED},"),
        "element_order",
        "services.look_up.fields_sent",
        "the usual order is taken",
    ),
    "integration code": (
        MockSettings(),
        lambda one: one.change('integration = "037"', 'integration = "038"'),
        "element_order",
        "services.look_up.fields_sent",
        "SOAP Fault Client",
    ),
    "name unfolded": (
        MockSettings(),
        lambda one: one.change('name = "folded"', 'name = "raw"'),
        "element_order",
        "services.look_up.fields_sent",
        "SOAP Fault Client",
    ),
    "another skin": (
        MockSettings(),
        lambda one: one.change('skin = "soap"', 'skin = "result-object"'),
        "answer",
        "wire.skin",
        "SOAP where JSON is expected",
    ),
    "a page instead": (MockSettings(), _scenario("html_200"), "answer", "wire.skin", "an HTML page"),
    "an empty Body": (
        MockSettings(),
        _scenario("empty_soap_body"),
        "answer",
        "wire.empty_body",
        "an empty SOAP Body",
    ),
    "maintenance": (MockSettings(), _scenario("maintenance_503"), "answer", None, "HTTP 503"),
    "no answer in time": (MockSettings(), _scenario("hang"), "answer", "endpoint.url", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_refusal_is_named(tmp_path: Path, name: str) -> None:
    """The first and only cause is the check, the setting and the detail of the one thing that is broken."""
    settings, broken, *expected = BROKEN[name]
    with set_up(tmp_path, Mock(settings)) as one:
        broken(one)
        report = one.examined()
    assert first(report) == tuple(expected)
    assert [check.name for check in report.checks if check.state == "failed"] == [expected[0]]
    assert report.questions <= 1 + MOST_VARIANTS


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("seconds wanted", 'timestamp = "milliseconds"'),
        ("milliseconds wanted", 'timestamp = "seconds"'),
        ("another registered URL", 'registered_url = "/dancu/tracuu"'),
        ("element order", f"fields_sent = [{FIELDS}]"),
    ],
)
def test_the_suggested_line_heals(tmp_path: Path, name: str, suggestion: str) -> None:
    """The line is told as it should read; written in its place, every check passes."""
    settings, broken, *_expected = BROKEN[name]
    with set_up(tmp_path, Mock(settings)) as one:
        broken(one)
        cause = one.examined().first_cause
        assert cause is not None and cause.line is not None and cause.line.number is not None
        assert cause.line.suggestion == suggestion
        lines = one.text.splitlines()
        last = next(
            at for at in range(cause.line.number - 1, len(lines)) if lines[at].count("[") <= lines[at].count("]")
        )
        if name == "element order":
            last = lines.index("]", cause.line.number)
        lines[cause.line.number - 1 : last + 1] = [suggestion]
        one.path.write_text("\n".join(lines), encoding="utf-8")
        assert {check.state for check in one.examined().checks} == {"passed"}


@pytest.mark.parametrize("family", ["hash-basic", "lgsp-token"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_good_set_up_raises_no_alarm(tmp_path: Path, family: str, version: ssl.TLSVersion) -> None:
    """Every check passes, under TLS 1.2 and 1.3, with one question that nobody fits."""
    mock = Mock(MockSettings(family=family))  # type: ignore[arg-type]  # one of the two
    with set_up(tmp_path, mock, minimum_version=version, maximum_version=version) as one:
        report = one.examined()
    assert report.first_cause is None
    assert [(check.name, check.state) for check in report.checks] == [(spec.name, "passed") for spec in CHECKS]
    assert {check.name: check.note for check in report.checks}["tls_version"] == (version.name.replace("_", "."),) * 2
    assert report.questions == 1
    assert [call.outcome for call in mock.journal.calls][-1] == "not_matched"


def test_every_question_is_audited(tmp_path: Path) -> None:
    """The question and the variants asked after a refusal each have an intent and an outcome."""
    with set_up(tmp_path) as one:
        BROKEN["wrong secret"][1](one)
        report = one.examined()
        lines = (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()
        records = [record for record in map(json.loads, lines) if "reference" in record]
    assert report.questions == 3
    assert len(records) == 2 * report.questions
    assert len({record["reference"] for record in records}) == report.questions


def test_without_a_purpose_nothing_is_asked(tmp_path: Path) -> None:
    """All that needs no question is examined; the rest is not reached, and no check fails."""
    with set_up(tmp_path) as one:
        report = one.examined(purpose=None)
        assert not (tmp_path / "audit.jsonl").read_bytes()
    states = {check.name: check.state for check in report.checks}
    assert report.first_cause is None and report.questions == 0
    assert states["token"] == "passed" and states["secret"] == states["unknown_person"] == "not_reached"


def test_nobody_is_somebody() -> None:
    """The person asked about is invented, is in no register of the mock and is none of its faults."""
    assert NOBODY.synthetic
    assert str(NOBODY.number) not in FAULT_NUMBERS
    assert str(NOBODY.number) not in {person.asked_number for person in PEOPLE}


def test_finding_somebody_who_cannot_exist_fails(tmp_path: Path) -> None:
    """A platform that finds an invented person is the cause."""
    name = str(NOBODY.name)
    impossible = Person(str(NOBODY.number), fold_name(NOBODY.name, "folded"), 1999, 9, 9, name=name)
    with set_up(tmp_path, Mock(MockSettings(people=(impossible,)))) as one:
        assert first(one.examined()) == ("unknown_person", "endpoint.url", "an invented person was found")


def test_a_subject_is_only_confirmed(tmp_path: Path) -> None:
    """About a person who exists the service that gives no data back is asked, and nothing is said of nobody."""
    with set_up(tmp_path) as one:
        report = one.examined(subject=MAU)
        assert one.server.mock.journal.calls[-1].service == "confirm"
    states = {check.name: check.state for check in report.checks}
    assert states.pop("unknown_person") == "not_reached"
    assert set(states.values()) == {"passed"}


class Unmarked(Mock):
    """A platform that could be real."""

    def handle(self, request: Request) -> Reply | Raw:
        """Answer without the mock's header."""
        reply = super().handle(request)
        assert isinstance(reply, Reply)
        return replace(reply, headers=tuple(pair for pair in reply.headers if pair[0] != "X-Dancu-Mock"))


def test_production_is_not_asked_about_an_invented_person(tmp_path: Path) -> None:
    """In production the question is not reached, says why, and an invented subject is refused."""
    with set_up(tmp_path, Unmarked(), authority=other_authority()) as one:
        one.to_production()
        report = one.examined()
        assert report.first_cause is None and report.questions == 0
        ends = {check.name: (check.state, check.note) for check in report.checks}
        assert ends["token"][0] == "passed" and ends["secret"][0] == "not_reached"
        assert ends["secret"][1] is not None and "--live" in ends["secret"][1].en
        with pytest.raises(InvalidInput) as caught:
            one.examined(subject=MAU)
        assert caught.value.field == "number"


GATEWAY = """\
environment = "test"
[endpoint]
url = "http://127.0.0.1:{port}/"
[credential]
family = "gateway"
application = "mot-cua"
key = {{ file = "key.txt" }}
[deadline]
connect = 0.4
[audit]
sink = "none"
"""


def test_a_gateway_on_this_machine_is_examined_without_tls(tmp_path: Path) -> None:
    """Plain http to the loopback leaves out what concerns certificates, and a refused key is named."""
    path = tmp_path / "profile.toml"
    (tmp_path / "key.txt").write_text("wrong", encoding="utf-8")
    (tmp_path / "key.txt").chmod(0o600)
    body = b'{"type":"/problems/unauthenticated","status":401,"code":"unauthenticated"}'
    said = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n%s"
    with bare_server(said % (len(body), body)) as port:
        path.write_text(GATEWAY.format(port=port), encoding="utf-8")
        report = diagnose(path, purpose=PURPOSE)
    assert first(report)[:2] == ("secret", "credential.key")
    states = {check.name: check.state for check in report.checks}
    assert [states[name] for name in ("ca", "tls_version", "clock")] == ["not_reached"] * 3
    assert [states[name] for name in ("route", "token")] == ["passed"] * 2
