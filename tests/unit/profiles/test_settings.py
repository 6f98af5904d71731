from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import ConfigurationError, load_profile

from .conftest import LEAVES, PLANTED, TEXT, WHOLE, changed, places, refusal_of, refused

if TYPE_CHECKING:
    from pathlib import Path


def test_the_whole_profile_is_accepted() -> None:
    """A profile that says everything it may say is in order."""
    profile = load_profile(WHOLE)
    assert (profile.environment, profile.wire.name, profile.limits.parallel) == ("test", "spaced", 16)
    assert load_profile(profile) is profile


def test_a_file_is_read_with_its_directory(tmp_path: Path) -> None:
    """A TOML file gives a profile whose file names are relative to it, with the defaults of the house."""
    path = tmp_path / "platform.toml"
    path.write_text(TEXT, encoding="utf-8")
    profile = load_profile(path)
    assert profile == load_profile(str(path))
    assert profile.directory == tmp_path
    assert profile.endpoint.url == "https://platform.example/dancu/"
    assert (profile.deadline.call, profile.deadline.attempt, profile.deadline.connect) == (12.0, 8.0, 3.0)
    assert (profile.limits.parallel, profile.cache.enabled, profile.wire.empty_body) == (16, False, "unavailable")


@pytest.mark.parametrize(
    ("content", "detail"),
    [(None, "the file cannot be read"), (b"\xff\xfe", "not UTF-8"), (b"environment = " + PLANTED.encode(), "not TOML")],
)
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, content: bytes | None, detail: str) -> None:
    """A missing file, a foreign encoding and broken TOML are told apart, and nothing of the content is repeated."""
    path = tmp_path / "platform.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_profile(path)
    assert (caught.value.field, caught.value.detail) == ("profile", detail)
    assert PLANTED not in str(caught.value)


TAKE_ANY_NUMBER = {
    *("deadline.call", "deadline.attempt", "deadline.connect", "limits.per_second"),
    *("retry.base", "retry.cap", "breaker.seconds", "breaker.open"),
}
"""Settings that 7.5 is a value of."""


@pytest.mark.parametrize("place", LEAVES)
@pytest.mark.parametrize("value", [[PLANTED], {PLANTED: PLANTED}, 7.5, None], ids=["list", "table", "number", "null"])
def test_a_setting_of_the_wrong_kind_names_itself(place: str, value: object) -> None:
    """A value of the wrong kind is refused under the setting's dotted name, without the value."""
    optional = value is None and not refuses_null(place)
    if optional or (place in TAKE_ANY_NUMBER and value == 7.5):
        load_profile(changed(place, value))
        return
    error = refused(changed(place, value))
    assert error.field is not None
    assert f"{error.field}.".startswith((f"{place}.", f"{place.rpartition('.')[0]}."))
    assert PLANTED not in (error.detail or "")


def refuses_null(place: str) -> bool:
    """Whether a setting has to have a value."""
    alone = {"registered_url", "server_name", "server_pin", "proxy", "key", "per_second", "per_day"}
    return place.rpartition(".")[2] not in alone


@pytest.mark.parametrize("place", places(WHOLE, leaves=False))
def test_an_unknown_setting_is_refused(place: str) -> None:
    """A misspelt setting is refused under its own name, in every table."""
    name = f"{place}.urll".strip(".")
    error = refused(changed(name, PLANTED))
    assert error.field == name
    assert PLANTED not in str(error)


def test_the_directory_is_no_setting() -> None:
    """A profile cannot say where it lies."""
    assert refused(changed("directory", PLANTED)).field == "directory"


AROUND = st.text(max_size=8)


@given(st.sampled_from(LEAVES), AROUND, AROUND)
def test_no_message_repeats_a_value(place: str, before: str, after: str) -> None:
    """Whatever text stands in a setting, a message that refuses it does not hold it."""
    error = refusal_of(changed(place, before + PLANTED + after))
    if error is not None:
        assert PLANTED not in str(error) + repr(error) + error.message("vi")
        assert error.field is not None and place.startswith(error.field)


URLS = st.one_of(
    st.from_regex(r"https?://[!-~]{1,12}(:[0-9a-z]{1,6})?(/[!-~]{0,6})?", fullmatch=True),
    st.builds(lambda before, after: f"https://{before}{PLANTED}{after}", AROUND, AROUND),
)


@given(URLS)
def test_an_accepted_url_can_be_called(url: str) -> None:
    """A URL is refused under its name and without its text, or httpx can send to it."""
    error = refusal_of(changed("endpoint.url", url))
    if error is None:
        assert httpx.Request("POST", load_profile(changed("endpoint.url", url)).endpoint.url).url.host
    else:
        assert error.field == "endpoint.url"
        assert PLANTED not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "platform.example",
        "/dancu/",
        "ftp://platform.example/",
        "https://",
        "https:///dancu",
        "https://[qzx-planted-value]/",
        "https://[::1",
        "https://qzx-planted-value:port/",
        "https://platform.example:99999/",
        "https://platform.example:0/",
        "https://qzx-planted-value\u2100/",
        "https://platform.example/\n",
        "https://platform .example/",
        "https://người-mẫu.example/",
    ],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """Only an absolute URL of visible ASCII with a host and a real port is one."""
    error = refused(changed("endpoint.url", url))
    assert (error.field, error.detail) == ("endpoint.url", "an absolute https URL")
    assert PLANTED not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "https://user@platform.example/",
        "https://user:qzx-planted-value@platform.example/",
        "https://platform.example/?so=qzx-planted-value",
        "https://platform.example/#qzx-planted-value",
    ],
)
def test_a_url_holds_no_user_query_or_fragment(url: str) -> None:
    """A credential has its own place, and nothing personal belongs into a URL."""
    assert refused(changed("endpoint.url", url)).detail == "no user, query or fragment in the URL"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "localhost:8080"])
def test_plain_http_goes_to_loopback(host: str) -> None:
    """Without TLS only this machine is called."""
    assert load_profile(changed("endpoint.url", f"http://{host}/")).endpoint.url.startswith("http://")


@pytest.mark.parametrize(
    "host", ["platform.example", "127.0.0.2", "10.0.0.1", "localhost.example", "127.0.0.1.example", "0.0.0.0"]
)
def test_plain_http_goes_nowhere_else(host: str) -> None:
    """Any other host without TLS is refused."""
    assert refused(changed("endpoint.url", f"http://{host}/")).detail == "plain http goes to loopback only"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("environment", "staging"),
        ("endpoint.server_name", "two\nlines"),
        ("endpoint.server_pin", "sha256/short"),
        ("endpoint.server_pin", f"sha1/{'A' * 43}="),
        ("endpoint.proxy", "https://proxy.example:3128"),
        ("endpoint.proxy", "http://user:word@proxy.example:3128"),
        ("endpoint.proxy", "http://proxy.example"),
        ("endpoint.legacy_renegotiation", "true"),
        ("endpoint.registered_url", ""),
        ("credential.family", "magic"),
        ("credential.user", "a:b"),
        ("credential.user", "người"),
        ("credential.timestamp", "minutes"),
        ("credential.x_road_client", "a\r\nX-Other: b"),
        ("wire.skin", "json"),
        ("wire.dialect", "qcvn110"),
        ("wire.name", "upper"),
        ("wire.date", "dmy"),
        ("wire.empty_body", "found"),
        ("services.look_up.path", "/absolute"),
        ("services.look_up.path", "../up"),
        ("services.look_up.path", "a?b"),
        ("services.look_up.operation", "a b"),
        ("services.look_up.operation", "x><y"),
        ("services.look_up.integration", "A37"),
        ("services.look_up.fields_sent", []),
        ("services.look_up.fields_sent", ["MaYeuCau", "HoVaTen"]),
        ("services.look_up.fields_sent", ["SoDinhDanh"]),
        ("services.look_up.fields_sent", ["MaYeuCau", "SoDinhDanh", PLANTED]),
        ("deadline.call", 0),
        ("deadline.call", -1.0),
        ("deadline.attempt", 3601),
        ("deadline.connect", float("nan")),
        ("limits.parallel", 0),
        ("limits.parallel", 257),
        ("limits.parallel", True),
        ("cache.enabled", "yes"),
        ("cache.size", 0),
        ("audit.sink", ""),
        ("audit.sink", "syslog"),
        ("audit.sink", "file:"),
        ("audit.sink", "file:a\0b"),
    ],
)
def test_a_value_out_of_its_range_names_the_setting(place: str, value: object) -> None:
    """A value that a setting cannot take is refused under the setting's dotted name."""
    error = refused(changed(place, value))
    assert error.field == place
    assert PLANTED not in str(error)
