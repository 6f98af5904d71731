"""Where an inspection takes place: a log, the keys that go with it, and where its own record is kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.config import load_config
from dancu.gateway.inspection.anomalies import Own
from dancu.gateway.inspection.part import InspectionPart
from dancu.gateway.retention import KEEP_MONTHS
from dancu.gateway.store import SqliteSink, is_store
from dancu.gateway.store_keys import open_store, store_keys
from dancu.policy.audit import Pseudonyms
from dancu.profiles.audit_keys import audit_key, chain_keys, key_beside, signing_key_beside
from dancu.profiles.loader import load_profile, read_secret
from dancu.profiles.parts import SecretSource
from dancu.runtime.sinks import FileSink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dancu.gateway.config import GatewayConfig
    from dancu.policy.chain import ChainKeys
    from dancu.privacy import Secret
    from dancu.profiles.schema import Profile
    from dancu.runtime.sinks import AuditSink

__all__ = ["Kept", "Place", "Proof", "kept_at", "place_of", "proof_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """A log that may be questioned.

    Attributes:
        log: the database or file.
        part: names and roles; None where there is no configuration.
        persons: keyed hashes of persons, by every key that was given.
        config: of the gateway, or None.
        journal: another log for the inspection's record, or None.
    """

    log: Path
    part: InspectionPart | None
    persons: tuple[Pseudonyms, ...]
    config: GatewayConfig | None = None
    journal: Path | None = None

    def may(self, inspector: str) -> bool:
        """Whether this one may ask here; without a configuration, whoever may read the files."""
        return self.part is None or inspector in self.part.inspectors

    def subjects(self, numbers: Sequence[str]) -> tuple[str, ...]:
        """The keyed hashes of a person, one for each of their numbers and each key.

        Raises:
            ConfigurationError: there is no key.
        """
        return tuple(hashes.of_number(number) for hashes in self._hashes() for number in numbers)

    def own(self, officer: str, *, number: str | None, name: str | None, home: tuple[str, str] | None) -> Own:
        """The keyed hashes of what is an officer's own, under each key; ``home`` is a commune's code and the house.

        Raises:
            ConfigurationError: there is no key.
        """
        families = {hashes.family(officer, name) for hashes in self._hashes()} if name else set[str]()
        homes = {hashes.home(officer, *home) for hashes in self._hashes()} if home else set[str | None]()
        numbers = self.subjects([number]) if number else ()
        return Own(frozenset(numbers), frozenset(families), frozenset(filter(None, homes)))

    def _hashes(self) -> tuple[Pseudonyms, ...]:
        if not self.persons:
            raise ConfigurationError("profile_invalid", field="--key", detail="no key of the hashes of persons")
        return self.persons

    def sink(self) -> closing[AuditSink]:
        """Where the inspection's record goes, to be closed by ``with``.

        Raises:
            ConfigurationError: the log has no keys here, and no other one was named; or it has, and another was.
        """
        if self.journal is not None:
            if self.config is not None or _has_keys(self.log):
                detail = "the log itself takes the record: another one is for a copy without its keys"
                raise ConfigurationError("profile_invalid", field="--journal", detail=detail)
            return closing(_sink(self.journal, made=True))
        if self.config is not None:
            return closing(open_store(self.config))
        return closing(_sink(self.log, made=False))


def place_of(path: Path, *, keys: Sequence[tuple[int, Secret]] = (), journal: Path | None = None) -> Place:
    """The place that a path names.

    Args:
        path: ``gateway.toml``, a gateway's database, or a file of the SDK.
        keys: of the hashes of persons, by version, besides those that the place knows itself.
        journal: another log for the inspection's record, as for a copy that is only read.

    Raises:
        ConfigurationError: naming the setting.
        OSError: the log cannot be read.
    """
    given = tuple(Pseudonyms(key, str(version)) for version, key in keys)
    if path.suffix == ".toml":
        config = load_config(path)
        log = config.directory / config.audit.database
        part = config.inspection or InspectionPart()
        return Place(log, part, (*given, *_of_profiles(config)), config, journal)
    own = () if is_store(path) or given or not key_beside(path).exists() else (_pseudonyms(path),)
    return Place(path, None, (*given, *own), None, journal)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a log is checked with, as far as it is here.

    Attributes:
        log: the database or file.
        keys: of the MAC, by version.
        signing: the file or variable of the key that signs.
        checkpoints: their second place, where it can be seen from here.
    """

    log: Path
    keys: Mapping[int, Secret]
    signing: SecretSource
    checkpoints: Path | None = None


def proof_of(path: Path) -> Proof:
    """What goes with ``gateway.toml``, or lies beside a database or file.

    Raises:
        ConfigurationError: naming the setting.
    """
    if path.suffix != ".toml":
        return Proof(
            path, _keys_of(path, None, path.parent), SecretSource(file=str(signing_key_beside(path).absolute()))
        )
    config = load_config(path)
    part, at = config.audit, config.directory
    log, second = at / part.database, at / (part.checkpoints or "file:").removeprefix("file:")
    return Proof(
        log,
        _keys_of(log, part.key, at, version=part.key_version),
        _absolute(part.signing_key, at) or SecretSource(file=str(signing_key_beside(log).absolute())),
        second if second.is_file() else None,
    )


def _keys_of(log: Path, named: SecretSource | None, directory: Path, *, version: int = 1) -> dict[int, Secret]:
    if named is not None:
        return {version: read_secret(named, directory, "audit.key")}
    return {version: _read(key_beside(log))} if key_beside(log).exists() else {}


def _absolute(named: SecretSource | None, directory: Path) -> SecretSource | None:
    return named if named is None or named.file is None else SecretSource(file=str(directory / named.file))


@dataclass(frozen=True, slots=True)
class Kept:
    """A store that may be pruned: its file, its keys, and how many months it is kept."""

    log: Path
    keys: ChainKeys
    months: int


def kept_at(path: Path, months: int | None) -> Kept:
    """The store that a path names, ``gateway.toml`` or a database with its keys beside it.

    Args:
        path: see `place_of`.
        months: instead of those of the configuration.

    Raises:
        ConfigurationError: naming the setting; the keys are not here, or it is a file of the SDK.
        OSError: it cannot be read.
    """
    if path.suffix == ".toml":
        config = load_config(path)
        return Kept(config.directory / config.audit.database, store_keys(config), months or config.audit.keep_months)
    if not is_store(path):
        detail = "a file of the SDK is moved away as a whole instead"
        raise ConfigurationError("profile_invalid", field="LOG", detail=detail)
    return Kept(path, _keys_beside(path, made=False), months or KEEP_MONTHS)


def _of_profiles(config: GatewayConfig) -> Iterator[Pseudonyms]:
    """Under the keys of the profiles, the agencies' own among them: those are what hashes."""
    named = [config.upstream.profile, *(one.profile for one in config.agency if one.profile is not None)]
    for name in dict.fromkeys(named):
        profile = load_profile(config.directory / name)
        key = _person_key(profile)
        if key is not None:
            yield Pseudonyms(key, str(profile.audit.key_version))


def _person_key(profile: Profile) -> Secret | None:
    part = profile.audit
    if part.key is not None:
        return read_secret(part.key, profile.directory, "audit.key")
    beside = key_beside(profile.directory / part.sink.removeprefix("file:"))
    return _read(beside) if beside.exists() else None


def _pseudonyms(log: Path) -> Pseudonyms:
    return Pseudonyms(_read(key_beside(log)))


def _read(path: Path) -> Secret:
    return read_secret(SecretSource(file=str(path.absolute())), path.parent, "audit.key")


def _sink(log: Path, *, made: bool) -> AuditSink:
    """A sink with the keys beside its log; a log is begun only where it was named for that."""
    keys = _keys_beside(log, made=made)
    return SqliteSink(log, keys=keys) if log.exists() and is_store(log) else FileSink(log, keys=keys)


def _keys_beside(log: Path, *, made: bool) -> ChainKeys:
    if not made and not _has_keys(log):
        detail = "the log's keys are not here: for a copy, name another log for the record with --journal"
        raise ConfigurationError("profile_invalid", field="audit.key", detail=detail)
    key = audit_key(None, log=log, directory=log.parent, setting="--journal")
    return chain_keys(key, version=1, signing=None, log=log, directory=log.parent, setting="--journal")


def _has_keys(log: Path) -> bool:
    return key_beside(log).exists() and signing_key_beside(log).exists()
