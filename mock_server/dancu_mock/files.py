"""What a client needs to reach a mock server, written into a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
family = "hash-basic"
user = "{user}"
secret = {{ file = "secret.txt" }}
timestamp = "{timestamp}"

[wire]
skin = "soap"
dialect = "live"
name = "folded"
date = "yyyymmdd"

[services.look_up]
path = "tracuu"
operation = "TraCuuThongTinCongDan"
integration = "037"
fields_sent = [
  "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh",
]

[services.confirm]
path = "xacthuc"
registered_url = "{confirm_path}"
operation = "XacThucThongTinCongDan"
integration = "003"
fields_sent = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh"]

[audit]
sink = "file:audit.jsonl"
"""


def write_files(directory: Path, settings: MockSettings, authority: Authority, *, url: str) -> Path:
    """Write ``ca.pem``, ``client.pem``, ``client.key``, ``secret.txt`` and ``profile.toml``; the last one's path."""
    client = authority.issue_client(settings.user)
    _write(directory / "ca.pem", authority.certificate_pem)
    _write(directory / "client.pem", client.certificate_pem)
    _write(directory / "client.key", client.key_pem, private=True)
    _write(directory / "secret.txt", settings.secret.encode(), private=True)
    profile = _PROFILE.format(
        url=url,
        user=settings.user,
        timestamp=settings.timestamp,
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
