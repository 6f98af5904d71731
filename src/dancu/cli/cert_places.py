"""Where a certificate and its key belong, as a profile or ``gateway.toml`` says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.errors import ConfigurationError
from dancu.profiles.loader import load_profile
from dancu.runtime.certificates import key_pem, put, shown_pem
from dancu.runtime.key_pairs import read_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dancu.runtime.key_pairs import KeyPair

__all__ = ["Place", "named_at", "place_at", "refused"]


def refused(field: str, detail: str) -> ConfigurationError:
    """The error for a word of the command line that cannot be used."""
    return ConfigurationError("profile_invalid", field=field, detail=detail)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one identity belong.

    Attributes:
        ca: of the far side; None for the gateway's own certificate.
        certificate, key: the same file where the profile names no key.
        usage: what the certificate must be for.
    """

    ca: Path | None
    certificate: Path
    key: Path
    usage: Literal["client", "server"]

    def take(self, pair: KeyPair, ca: bytes | None) -> None:
        """Put a pair in place, and a CA where one is given; the key goes first.

        Raises:
            ConfigurationError: the CA is none, there is no place for it, or the files cannot be written.
        """
        files = {self.key: key_pem(pair), self.certificate: shown_pem(pair)}
        if self.key == self.certificate:
            files = {self.certificate: shown_pem(pair) + key_pem(pair)}
        if ca is not None:
            if self.ca is None:
                raise refused("--ca", "the gateway's own certificate has none")
            read_certificates(ca, "--ca")
            files = {self.ca: ca, **files}
        try:
            put(files)
        except OSError:
            raise refused(str(self.certificate), "cannot be written") from None


def place_at(profile: Path | None, config: Path | None, *, listen: bool) -> Place:
    """The place that the command line names.

    Raises:
        ConfigurationError: neither or both were named, or the file names no certificate and key.
    """
    if (profile is None) == (config is None) or (listen and config is None):
        raise refused("--profile", "a profile or gateway.toml, and --listen with gateway.toml")
    if config is not None:
        from dancu.gateway.config import load_config

        read = load_config(config)
        if listen:
            own = read.listen
            if own.certificate is None or own.key is None:
                raise refused("listen.certificate", "name certificate and key under [listen]")
            return Place(None, read.directory / own.certificate, read.directory / own.key, "server")
        profile = read.directory / read.upstream.profile
    return _of_profile(profile)


def _of_profile(path: Path | None) -> Place:
    found = load_profile(path or "")
    if found.tls is None or found.tls.certificate is None:
        raise refused("tls.certificate", "the profile names no certificate in PEM")
    at, tls = found.directory, found.tls
    certificate = at / (tls.certificate or "")
    return Place(at / tls.ca, certificate, certificate if tls.key is None else at / tls.key, "client")


def named_at(path: Path) -> Iterator[tuple[str, Path]]:
    """The certificates of a file: itself, or those that a profile or ``gateway.toml`` names and that are there."""
    if path.suffix != ".toml":
        yield "certificate", path
        return
    from dancu.gateway.keeping.files import names_in

    for one in names_in(path):
        name = one.setting.rpartition(".")[2]
        if name in {"ca", "certificate", "callers_ca"} and one.path.is_file():
            yield one.setting, one.path
        if name == "profile" and one.path.is_file():
            yield from ((f"{one.setting}: {setting}", inner) for setting, inner in named_at(one.path))
