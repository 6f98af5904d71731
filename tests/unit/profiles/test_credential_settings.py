"""Each credential family's settings: what is needed, what is refused, and under which name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import Client, ConfigurationError, load_profile
from dancu.admission import admission
from dancu.profiles import credentials
from dancu.profiles.credentials import FAMILIES
from dancu.runtime.clock import system_clock

from ..answers import FOUND, profile_in  # noqa: TID252  # one set of documents for all unit tests
from .conftest import PLANTED, changed, refusal_of, refused

if TYPE_CHECKING:
    from dancu.flows.access.contract import Credential

SOURCE = {"env": "INVENTED_SECRET"}
HASHED: dict[str, Any] = {"user": "demo-app", "secret": SOURCE}
KEYED: dict[str, Any] = {"access_key": "demo-access", "secret_key": SOURCE, "app_name": "DEMO"}
PARTNERS = {"partner_code": "000.00.00.X00", "partner_code_cus": "000.00.00.X00"}
LOGIN: dict[str, Any] = {"login_url": "https://platform.example/login", "user": "demo-app", "password": SOURCE}
TOKEN_URL = {"token_url": "https://platform.example/token"}
TABLES: dict[str, dict[str, Any]] = {
    "hash-basic": HASHED,
    "xroad": HASHED | {"x_road_client": "DEMO/GOV/000/DEMO-APP"},
    "esb": HASHED | {"source_type": "DEMO"},
    "lgsp-token": TOKEN_URL | KEYED | PARTNERS,
    "header-key": KEYED | PARTNERS,
    "client-credentials": TOKEN_URL | {"client_id": "demo-client", "client_secret": SOURCE},
    "jwt-login": LOGIN,
    "portal-session": LOGIN | {"unit": "000.00.00.X00", "destination": "DEMO"},
    "gateway": {"application": "mot-cua", "key": SOURCE},
}
"""Each family with what it needs and nothing else."""

OWN = tuple(TABLES)
SECRETS = [(family, name) for family, table in TABLES.items() for name, value in table.items() if value is SOURCE]
HEADER_SECRETS = [("xroad", "api_key"), ("gateway", "key")]
TEXT_SECRETS = [pair for pair in SECRETS if pair not in HEADER_SECRETS]


def profile_with(family: str, **settings: object) -> dict[str, Any]:
    """The whole profile under a family; a gateway's has no services, a portal's speaks JSON."""
    profile = changed("credential", {"family": family, **TABLES[family], **settings})
    if family == "gateway":
        del profile["services"]
    if family == "portal-session":
        profile["wire"]["request"] = "json"
    return profile


def admitted(family: str, **settings: object) -> Credential:
    """The flow that a profile's credential comes to."""
    profile = load_profile(profile_with(family, **settings))
    return admission(profile.credential, profile.directory, clock=system_clock())


def test_every_family_has_a_table_here() -> None:
    """The families by name are those of the schema, each once."""
    union = get_args(get_args(credentials.CredentialPart)[0])
    assert tuple(part.model_fields["family"].annotation.__args__[0] for part in union) == FAMILIES
    assert (*OWN, "adapter") == FAMILIES


@pytest.mark.parametrize("family", OWN)
def test_a_family_is_made_of_its_settings(monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    """Each family needs just these settings, says who we are, and shows no secret."""
    monkeypatch.setenv("INVENTED_SECRET", PLANTED)
    credential = admitted(family)
    assert credential.user in {"demo-app", "demo-access", "demo-client", "mot-cua"}
    assert PLANTED not in repr(credential) + str(credential)


@pytest.mark.parametrize(("family", "name"), [(family, name) for family, table in TABLES.items() for name in table])
def test_a_setting_that_is_missing_or_empty_names_itself(family: str, name: str) -> None:
    """What a family needs is refused under the setting's own name when it is not there, or holds nothing."""
    profile = profile_with(family)
    # With a certificate of ours a gateway needs no key.
    profile["tls"] = {"ca": "ca.pem"} if family == "gateway" else profile["tls"]
    profile["credential"][name] = ""
    assert refused(profile).field == f"credential.{name}"
    del profile["credential"][name]
    error = refused(profile)
    assert error.field == f"credential.{name}" or f"{error.field} {error.detail}".startswith(
        ("credential ", "profile credential: ")
    )
    assert error.field == f"credential.{name}" or name in (error.detail or "")


@pytest.mark.parametrize("family", OWN)
@pytest.mark.parametrize("name", ["secret_keys", "soap_action", "hash-basic"])
def test_a_setting_of_no_family_names_itself(family: str, name: str) -> None:
    """An unknown setting is refused, and so is a family's name used as one."""
    error = refused(profile_with(family, **{name: PLANTED}))
    assert error.field == f"credential.{name}"
    assert PLANTED not in str(error)


@pytest.mark.parametrize(
    ("family", "name", "value"),
    [
        ("hash-basic", "user", "a:b"),
        ("hash-basic", "timestamp", "minutes"),
        ("xroad", "x_road_client", f"{PLANTED}\r\nX-Other: b"),
        ("esb", "source_type", f"{PLANTED}\n"),
        ("esb", "user", "người"),
        ("lgsp-token", "token_url", f"http://{PLANTED}/"),
        ("lgsp-token", "access_key", f"{PLANTED}\n"),
        ("lgsp-token", "partner_code", 7),
        ("header-key", "names", "tall"),
        ("client-credentials", "token_url", f"https://{PLANTED}@platform.example/token"),
        ("client-credentials", "secret_in", "query"),
        ("client-credentials", "scope", "two  blanks"),
        ("client-credentials", "scope", 'a"b'),
        ("jwt-login", "login_url", f"https://platform.example/login?{PLANTED}"),
        ("jwt-login", "refresh_url", PLANTED),
        ("jwt-login", "quoted", "yes"),
        ("portal-session", "destination", f"{PLANTED}\r\n"),
        ("portal-session", "session_life", 0),
        ("portal-session", "session_life", 86401),
        ("portal-session", "session_life", float("nan")),
    ],
)
def test_a_setting_out_of_its_range_names_itself(family: str, name: str, value: object) -> None:
    """A value that a family's setting cannot take is refused under its name, without the value."""
    error = refused(profile_with(family, **{name: value}))
    assert error.field == f"credential.{name}"
    assert PLANTED not in str(error)


@pytest.mark.parametrize("credential", [{}, {"user": PLANTED}, {"family": PLANTED}, {"family": 7}])
def test_a_family_that_is_unknown_is_named_by_those_that_are(credential: dict[str, object]) -> None:
    """A missing or unknown family is refused as ``credential.family``, with the list of those there are."""
    error = refused(changed("credential", credential))
    assert (error.field, error.detail) == ("credential.family", f"one of {', '.join(FAMILIES)}")
    assert PLANTED not in str(error)


@pytest.mark.parametrize(
    ("family", "name"),
    [
        (family, name)
        for family in OWN
        for name in ("token_url", "login_url", "refresh_url")
        if name in TABLES[family] or (family, name) == ("jwt-login", "refresh_url")
    ],
)
def test_secrets_go_to_the_endpoints_host_only(family: str, name: str) -> None:
    """An address that is sent keys or passwords is on the host of the services, whatever its port."""
    load_profile(profile_with(family, **{name: "https://platform.example:8243/other"}))
    error = refused(profile_with(family, **{name: "https://elsewhere.example/token"}))
    assert (error.field, error.detail) == ("profile", f"credential.{name} is on another host than the endpoint")


def test_the_long_names_need_partner_codes_and_the_short_have_none() -> None:
    """What would be left out, or go out empty, is refused when the profile is read."""
    load_profile(profile_with("header-key", names="short", partner_code=None, partner_code_cus=None))
    for settings in ({"names": "short"}, {"partner_code": None}, {"partner_code_cus": None}):
        error = refused(profile_with("header-key", **settings))
        assert error.field == "credential"
        assert "partner_code" in (error.detail or "")


def test_an_id_with_a_colon_goes_into_the_form() -> None:
    """HTTP Basic ends the user at the first colon, a form does not."""
    load_profile(profile_with("client-credentials", client_id="a:b", secret_in="form"))
    assert "no colon" in (refused(profile_with("client-credentials", client_id="a:b")).detail or "")


@pytest.mark.parametrize("request_form", [None, "soap"])
def test_a_portals_session_needs_json(request_form: str | None) -> None:
    """A session stands in a JSON body: with SOAP requests, chosen or by the skin's default, it is refused at load."""
    profile = profile_with("portal-session")
    profile["wire"]["request"] = request_form
    error = refused(profile)
    assert error.field == "profile"
    assert error.detail == "portal-session puts its session into JSON; wire.request is not json"


def secret_refused(family: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Why a secret is refused; the error names its setting and not its text."""
    monkeypatch.setenv("INVENTED_SECRET", "synthetic-secret")
    monkeypatch.setenv("ODD_SECRET", value)
    with pytest.raises(ConfigurationError) as caught:
        admitted(family, **{name: {"env": "ODD_SECRET"}})
    assert (caught.value.code, caught.value.field) == ("profile_invalid", f"credential.{name}")
    assert value not in str(caught.value) + repr(caught.value)
    return caught.value.detail


@pytest.mark.parametrize(("family", "name"), HEADER_SECRETS)
@pytest.mark.parametrize("value", ["two\nlines", "tail\r", "khóa", " blank", "blank ", "tab\there", "\udc80byte"])
def test_a_key_that_cannot_stand_in_a_header_is_refused(
    monkeypatch: pytest.MonkeyPatch, family: str, name: str, value: str
) -> None:
    """A key that goes out as it is holds visible ASCII, and blanks only inside."""
    assert secret_refused(family, name, value, monkeypatch) == "cannot stand in a header"


@pytest.mark.parametrize(("family", "name"), TEXT_SECRETS)
@pytest.mark.parametrize("value", ["two\nlines", "tail\r", "tab\there", "\udc80byte", "\x1b[0m"])
def test_a_secret_that_is_no_text_is_refused(
    monkeypatch: pytest.MonkeyPatch, family: str, name: str, value: str
) -> None:
    """A secret that is hashed or encoded on its way may hold any letter, but no control character or stray byte."""
    assert secret_refused(family, name, value, monkeypatch) == "not printable text"
    monkeypatch.setenv("ODD_SECRET", "mật khẩu & 100%")
    assert admitted(family, **{name: {"env": "ODD_SECRET"}}).user


@pytest.mark.parametrize("family", OWN)
def test_a_secret_that_is_missing_names_its_setting(monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    """An unset variable is found when the client is made, not when it first asks."""
    monkeypatch.delenv("INVENTED_SECRET", raising=False)
    with pytest.raises(ConfigurationError) as caught:
        admitted(family)
    assert caught.value.field in {f"credential.{name}" for one, name in SECRETS if one == family}
    assert caught.value.detail == "empty, or not set"


def test_a_client_checks_its_key_when_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is not left to the first call."""
    monkeypatch.setenv("ODD_SECRET", "two\nlines")
    profile = profile_in(tmp_path)
    profile["credential"] |= {"family": "xroad", "x_road_client": "DEMO", "api_key": {"env": "ODD_SECRET"}}
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, transport=httpx.MockTransport(lambda _request: httpx.Response(200, content=FOUND)))
    assert caught.value.field == "credential.api_key"


@given(st.sampled_from(OWN), st.data())
def test_no_message_repeats_a_credential(family: str, data: st.DataObject) -> None:
    """Whatever text stands in whichever setting, a message that refuses it does not hold it."""
    name = data.draw(st.sampled_from(sorted(TABLES[family])))
    text = data.draw(st.text(max_size=8)) + PLANTED + data.draw(st.text(max_size=8))
    error = refusal_of(profile_with(family, **{name: text}))
    if error is not None:
        assert PLANTED not in str(error) + repr(error) + error.message("vi")
        assert error.field in {f"credential.{name}", "credential", "profile"}


def test_the_documented_tables_are_accepted() -> None:
    """Every table of the page on families is a profile's, and the page leaves no family out."""
    page = Path(__file__).parents[3] / "docs" / "families.md"
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    tables = [tomllib.loads(block) for block in blocks]
    for table in tables:
        profile = profile_with(table["credential"]["family"])
        load_profile({**profile, **table})
    assert [table["credential"]["family"] for table in tables].count("header-key") == 2
    assert {table["credential"]["family"] for table in tables} == set(OWN)
