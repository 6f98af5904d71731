"""A province that nobody has seen before is one TOML file."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from dancu import Client, Confirmed, Found
from dancu.conformance import conform
from dancu.profiles.loader import load_profile
from dancu_mock import Mock, MockServer, MockSettings

from .matrix import MAU, PURPOSE

if TYPE_CHECKING:
    from pathlib import Path

NEW = """
environment = "test"
[endpoint]
url = "{url}"
[tls]
ca = "ca.pem"
certificate = "client.pem"
key = "client.key"
[credential]
family = "client-credentials"
token_url = "{url}oauth2/token"
client_id = "dong-nai"
client_secret = {{ file = "secret.txt" }}
secret_in = "form"
[wire]
skin = "coded-response"
dialect = "qcvn109"
date = "iso"
[services.look_up]
path = "qldc/tra-cuu"
operation = "TraCuuThongTinCongDan"
integration = "037"
fields_sent = [
  "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNam", "Nam",
]
[services.confirm]
path = "qldc/xac-thuc"
operation = "XacThucThongTinCongDan"
integration = "003"
fields_sent = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNam", "Nam"]
[audit]
sink = "none"
"""


def test_a_new_province_is_one_file(tmp_path: Path) -> None:
    """Paths, family, skin, dialect and formats that no shipped profile has together are spoken at once, over mTLS."""
    settings = MockSettings(
        family="client-credentials",
        secret_in="form",  # a place
        user="dong-nai",
        skin="coded-response",
        dialect="qcvn109",
        token_path="/api/oauth2/token",  # a path
        lookup_path="/api/qldc/tra-cuu",
        confirm_path="/api/qldc/xac-thuc",
    )
    with MockServer(Mock(settings)) as server:
        server.write_files(tmp_path)
        path = tmp_path / "dong-nai.toml"
        path.write_text(NEW.format(url=f"https://127.0.0.1:{server.port}/api/"), encoding="utf-8")
        with Client(path) as dancu:
            found = dancu.look_up(MAU, fields=["name", "father"], purpose=PURPOSE)
            assert isinstance(found, Found)
            assert str(found.citizen.name) == "NGUYỄN THỊ MẪU"
            assert isinstance(dancu.confirm(MAU, purpose=PURPOSE), Confirmed)


def test_the_new_province_conforms(tmp_path: Path) -> None:
    """The kit, which has never heard of it either, plays it and passes it."""
    path = tmp_path / "dong-nai.toml"
    path.write_text(NEW.format(url="https://lgsp.dong-nai.example/api/"), encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["credential"]["client_id"] == "dong-nai"
    results = conform(load_profile(path), tmp_path)
    assert [one for one in results if not one.passed] == []
    assert {one.case.service for one in results} == {"look_up", "confirm"}
