"""What a client needs to reach a mock server, written into a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.profile import profile_text, secret_files

if TYPE_CHECKING:
    from pathlib import Path

    from dancu_mock.pki import Authority
    from dancu_mock.settings import MockSettings

__all__ = ["write_files"]


def write_files(directory: Path, settings: MockSettings, authority: Authority, *, url: str) -> Path:
    """Write ``ca.pem``, ``client.pem``, ``client.key``, files of secrets and ``profile.toml``; the last one's path."""
    client = authority.issue_client(settings.user)
    _write(directory / "ca.pem", authority.certificate_pem)
    _write(directory / "client.pem", client.certificate_pem)
    _write(directory / "client.key", client.key_pem, private=True)
    for name, secret in secret_files(settings).items():
        _write(directory / name, secret.encode(), private=True)
    path = directory / "profile.toml"
    _write(path, profile_text(settings, url=url).encode())
    return path


def _write(path: Path, content: bytes, *, private: bool = False) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600 if private else 0o644)
    path.write_bytes(content)
