"""What is off with a ``gateway.toml`` and its files, before anything is served: faults, and what to look at."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.errors import ConfigurationError
from dancu.gateway.config import load_config
from dancu.gateway.identity import today
from dancu.gateway.listening import Listening
from dancu.gateway.officers import OfficerRefused
from dancu.gateway.rules import read_rules
from dancu.gateway.unfilled import unfilled
from dancu.profiles.loader import load_profile
from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dancu.gateway.config import GatewayConfig
    from dancu.gateway.officers import OfficerTable
    from dancu.gateway.parts import ApplicationPart, GrantPart

__all__ = ["Remark", "examine"]

_SOON = datetime.timedelta(days=30)
_NO_GRANT = Phrase("no grant: it may ask nothing", "chưa được cấp quyền nào")
_BANNED = Phrase("banned: it is turned away", "đang bị cấm, mọi yêu cầu bị từ chối")
_OLD_KEY = Phrase("the old key has ended: take it out", "khóa cũ đã hết hạn, hãy xóa khỏi tệp")
_NO_PERMISSION = Phrase("no permission is named", "chưa ghi văn bản cho phép khai thác")
_ENDED = Phrase("the permission has ended: nothing is granted", "văn bản cho phép đã hết hạn, quyền không còn hiệu lực")
_ENDING = Phrase("the permission ends within 30 days", "văn bản cho phép còn hiệu lực không quá 30 ngày")
_MIXED = Phrase("sensitive fields stand among others", "trường nhạy cảm nằm chung với trường khác")
_NO_FIELDS = Phrase("no fields: only an empty question is granted", "không có trường nào được cấp")
_NO_UNIT = Phrase("the application has no unit of the agency", "ứng dụng không có đơn vị nào của cơ quan này")
_UNDERTAKINGS = Phrase("officers may not ask: undertaking or revocation", "cán bộ hết hạn cam kết hoặc bị thu hồi")
_NEEDS_FIELDS = frozenset({"look_up", "verify", "relatives", "blood_group", "prefill"})


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about the files.

    Attributes:
        level: ``fault``: the gateway does not start, or keeps the rules it has; ``note``: it does what it says.
        place: the setting.
        words: about it, never a value of a secret.
    """

    level: Literal["fault", "note"]
    place: str
    words: Phrase


def examine(path: Path, *, now: datetime.datetime) -> list[Remark]:
    """Everything about a file and the files it names; nothing is written, made or connected.

    Args:
        path: of ``gateway.toml``.
        now: UTC.
    """
    try:
        config = load_config(path)
    except ConfigurationError as error:
        return [_fault(error)]
    return [*_faults(config, now), *_applications(config, now), *_grants(config, today(now))]


def _fault(error: ConfigurationError, place: str = "") -> Remark:
    detail = error.detail or error.code
    field = error.field or "gateway"
    return Remark("fault", f"{place}.{field}" if place else field, Phrase(detail, f"không dùng được: {detail}"))


def _faults(config: GatewayConfig, now: datetime.datetime) -> Iterator[Remark]:
    at, listen = config.directory, config.listen
    if listen.certificate is not None:
        try:
            Listening(listen, at, clock=lambda: now)
        except ConfigurationError as error:
            yield _fault(error)
    profiles = {f"agency.{one.name}.profile": one.profile for one in config.agency}
    for place, profile in {"upstream.profile": config.upstream.profile, **profiles}.items():
        if profile is not None:
            try:
                read = load_profile(at / profile)
                yield from (
                    Remark("fault", f"{place}.{setting}", words) for setting, words in unfilled(at / profile, read)
                )
            except ConfigurationError as error:
                yield _fault(error, place)
    try:
        rules = read_rules(config)
    except ConfigurationError as error:
        yield _fault(error)
    else:
        if rules.table is not None:
            yield from _officers(rules.table, now)


def _officers(table: OfficerTable, now: datetime.datetime) -> Iterator[Remark]:
    ended = 0
    for officer in table:
        try:
            table.check(officer, now=now, day=today(now))
        except OfficerRefused:
            ended += 1
    if ended:
        words = Phrase(f"{ended} of {len(table)} {_UNDERTAKINGS.en}", f"{ended}/{len(table)} {_UNDERTAKINGS.vi}")
        yield Remark("note", "officers.table", words)


def _applications(config: GatewayConfig, now: datetime.datetime) -> Iterator[Remark]:
    granted = {grant.application for grant in config.grant}
    for one in config.application:
        place = f"application.{one.name}"
        if one.name not in granted:
            yield Remark("note", place, _NO_GRANT)
        if one.banned:
            yield Remark("note", place, _BANNED)
        if one.old_key is not None and one.old_key.until <= now:
            yield Remark("note", f"{place}.old_key", _OLD_KEY)


def _grants(config: GatewayConfig, day: datetime.date) -> Iterator[Remark]:
    applications = {one.name: one for one in config.application}
    units = {one.name: frozenset(one.units) for one in config.agency}
    for number, grant in enumerate(config.grant):
        held = units.get(grant.agency or "", frozenset())
        for words in _about(grant, applications[grant.application], held, day):
            yield Remark("note", f"grant.{number}", words)


def _about(
    grant: GrantPart, application: ApplicationPart, units: frozenset[str], day: datetime.date
) -> Iterator[Phrase]:
    if grant.permission is None:
        yield _NO_PERMISSION
    elif grant.permission.until < day:
        yield _ENDED
    elif grant.permission.until - day < _SOON:
        yield _ENDING
    if grant.is_mixed:
        yield _MIXED
    if not grant.fields and grant.service in _NEEDS_FIELDS:
        yield _NO_FIELDS
    if grant.agency is not None and units.isdisjoint(application.units):
        yield _NO_UNIT
