"""What a client needs to reach a mock server, written into a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from pathlib import Path

    from dancu_mock.pki import Authority
    from dancu_mock.settings import MockSettings

__all__ = ["write_files"]

_PROFILE = """\
# Leads to a mock platform; everybody in it is invented. Its certificates end with the run.
environment = "test"

[endpoint]
url = "{url}"
registered_url = "{lookup_path}"

[tls]
ca = "ca.pem"
certificate = "client.pem"
key = "client.key"

[credential]
{credential}

[wire]
skin = "soap"
dialect = "live"
name = "folded"
date = "yyyymmdd"

[services.look_up]
path = "{lookup}"
operation = "TraCuuThongTinCongDan"
integration = "037"
fields_sent = [
  "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh",
]

[services.confirm]
path = "{confirm}"
registered_url = "{confirm_path}"
operation = "XacThucThongTinCongDan"
integration = "003"
fields_sent = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh"]

[audit]
sink = "file:audit.jsonl"
"""
_CREDENTIALS = {
    "hash-basic": """\
family = "hash-basic"
user = "{user}"
secret = {{ file = "secret.txt" }}
timestamp = "{timestamp}\"""",
    "lgsp-token": """\
family = "lgsp-token"
token_url = "{token_url}"
access_key = "{user}"
secret_key = {{ file = "secret.txt" }}
app_name = "DEMO"
partner_code = "000.00.00.X00"
partner_code_cus = "000.00.00.X00\"""",
}


def write_files(directory: Path, settings: MockSettings, authority: Authority, *, url: str) -> Path:
    """Write ``ca.pem``, ``client.pem``, ``client.key``, ``secret.txt`` and ``profile.toml``; the last one's path."""
    client = authority.issue_client(settings.user)
    _write(directory / "ca.pem", authority.certificate_pem)
    _write(directory / "client.pem", client.certificate_pem)
    _write(directory / "client.key", client.key_pem, private=True)
    _write(directory / "secret.txt", settings.secret.encode(), private=True)
    credential = _CREDENTIALS[settings.family].format(
        user=settings.user,
        timestamp=settings.timestamp,
        token_url=urljoin(url, settings.token_path),
    )
    profile = _PROFILE.format(
        url=url,
        credential=credential,
        lookup=settings.lookup_path.removeprefix(settings.folder),
        confirm=settings.confirm_path.removeprefix(settings.folder),
        lookup_path=settings.lookup_path,
        confirm_path=settings.confirm_path,
    )
    path = directory / "profile.toml"
    _write(path, profile.encode())
    return path


def _write(path: Path, content: bytes, *, private: bool = False) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600 if private else 0o644)
    path.write_bytes(content)
