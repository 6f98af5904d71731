"""Whether a log of the audit is whole: each line in its place, sealed, and as it was when a checkpoint was taken."""

from __future__ import annotations

import datetime
import hashlib
import json
from binascii import hexlify
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from dancu.policy.chain import FORMAT, NOTHING, read_link
from dancu.policy.chain_breaks import Expected, diagnose, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dancu.policy.chain import Link
    from dancu.policy.chain_breaks import BreakKind

__all__ = ["Break", "Report", "verify_chain"]

_BACK = datetime.timedelta(minutes=5)
_MAC_END = 64 + len('"}')


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong.

    Attributes:
        kind: of `BreakKind`.
        line: which line of the file or store, from 1; None where it is about the whole log.
        sequence: the number that belongs there; None likewise.
    """

    kind: BreakKind
    line: int | None
    sequence: int | None


@dataclass(slots=True, kw_only=True)
class Report:
    """What was found.

    Attributes:
        macs_checked: whether there was a key.
        broken: the first break; None where the log is whole.
        log, node, started: of the first line: id, name of the machine, UTC.
        public_key: under which the log signs, hexadecimal.
        records: lines of the chain that are in order; marks are among them.
        pruned: lines before them that the log says it let go, since their time was over.
        unchained: lines before the chain, of an older version.
        unproven: lines from the first break on; nothing is said about them.
        checkpoints: of the log; ``last_checkpoint`` and ``last_checkpoint_time`` tell of the last.
        after_checkpoint: lines after it, which may be cut off without a trace.
        exported: checkpoints of this log, kept elsewhere, with which it was compared.
        torn: lines cut short by a crash that the log accounts for, and one at its end that it does not yet.
        clock_back: records that are five minutes and more older than one before them.
    """

    macs_checked: bool
    broken: Break | None = None
    log: str | None = None
    node: str | None = None
    started: str | None = None
    public_key: str | None = None
    records: int = 0
    pruned: int = 0
    unchained: int = 0
    unproven: int = 0
    checkpoints: int = 0
    last_checkpoint: int | None = None
    last_checkpoint_time: str | None = None
    after_checkpoint: int = 0
    exported: int = 0
    torn: int = 0
    clock_back: int = 0


def verify_chain(
    lines: Iterable[bytes],
    *,
    keys: Mapping[int, bytes],
    public_keys: frozenset[str] = frozenset(),
    exported: Iterable[bytes] | None = None,
) -> Report:
    """Read a log to its end.

    Args:
        lines: the text split at its newlines, so that the last is what follows the last newline.
        keys: the MAC's keys by version; without any, no MAC is checked.
        public_keys: who may sign, hexadecimal; without any, whom the log names itself.
        exported: checkpoints kept elsewhere, of this log and of others; None to compare with none.
    """
    # First what was kept: a log that is written meanwhile has all of it, and more.
    kept = None if exported is None else list(exported)
    return _Reading(iter(lines), keys, public_keys).report(kept)


class _Broken(Exception):
    """The log is broken.

    Attributes:
        kind: how.
        back: how many lines before the one that was read last.
        taken: how many lines were read that are not in order, without blank ones.
        whole: whether it is about the whole log and no line of it.
    """

    def __init__(self, kind: BreakKind, *, back: int = 0, taken: int = 1, whole: bool = False) -> None:
        super().__init__(kind)
        self.kind: BreakKind = kind
        self.back = back
        self.taken = 0 if whole else taken
        self.whole = whole


class _Reading:
    """One reading of one log."""

    def __init__(self, lines: Iterator[bytes], keys: Mapping[int, bytes], public_keys: frozenset[str]) -> None:
        self._lines = lines
        self._macs = {version: HMAC(key, SHA256()) for version, key in keys.items()}
        self._only = public_keys
        self._trusted = set(public_keys)
        self._in_order = 0
        self._log = ""
        self._version = 0
        self._first = 0
        self._sequence = 0
        self._previous = NOTHING
        self._latest = b""
        self._exported: dict[int, bytes] = {}
        self._report = Report(macs_checked=bool(keys))

    def report(self, exported: Sequence[bytes] | None) -> Report:
        """Read, and tell."""
        report, back = self._report, 0
        try:
            first = self._begin()
            if exported is not None:
                self._expect(exported)
                self._compare(*first)
            while (line := self._run()) is not None:
                self._step(line)
            self._end()
        except _Broken as broken:
            back = broken.back
            place = None if broken.whole else self._in_order + 1 - back
            report.broken = Break(broken.kind, place, None if broken.whole else self._sequence - back)
            report.unproven = broken.taken + back + sum(1 for line in self._lines if line)
        report.records = self._sequence - self._first - back
        last = report.last_checkpoint
        report.after_checkpoint = self._sequence - back - (self._first if last is None else last + 1)
        return report

    def _begin(self) -> tuple[bytes, Link]:
        """Lines without a chain, and the first that has one."""
        before, above = 0, b""
        for line in self._lines:
            link = read_link(line)
            if link is not None:
                if link.signature is None or (link.sequence and (before or not _is_checkpoint(line))):
                    raise _Broken("changed" if above.startswith(b'{"record":"log"') else "missing")
                self._log = link.log
                if link.sequence:
                    # Whether what stood above it may be gone is for the log itself to say, further down.
                    self._first = self._sequence = link.sequence
                    self._previous = link.previous
                if not self._fits(link) or not self._is_sealed(line, link):
                    self._break(line)
                self._mark(line, link, before=before)
                self._accept(line)
                return line, link
            before += len(line) + 1
            above = line
            self._in_order += 1
            self._report.unchained += bool(line)
        raise _Broken("no_chain", whole=True)

    def _expect(self, exported: Sequence[bytes]) -> None:
        """Checkpoints of this log that were kept elsewhere; other lines there, and one cut short, say nothing."""
        for line in exported:
            link = read_link(line)
            if link is None or link.signature is None or link.log != self._log:
                continue
            if _said(line).get("record") not in {"log", "resumed"}:
                self._exported[link.sequence] = line
        if not self._exported:
            raise _Broken("foreign", whole=True)
        self._exported = {place: line for place, line in self._exported.items() if place >= self._first}
        self._report.exported = len(self._exported)

    def _run(self) -> bytes | None:
        """Read ordinary records as long as each is the one that belongs there; the first line that is none."""
        place = b',"log":"%s","sequence":' % self._log.encode()
        mac_place = b',"mac":"%d:' % self._version
        mac_length = len(mac_place) + _MAC_END
        mac = self._macs.get(self._version)
        sequence, previous, latest = self._sequence, self._previous.encode(), self._latest
        sha256 = hashlib.sha256
        try:
            for line in self._lines:
                if not line.endswith(b'%s%d,"previous":"%s"' % (place, sequence, previous), 0, -mac_length):
                    return line
                if mac is not None:
                    own = mac.copy()
                    own.update(line[:-mac_length])
                    if not line.endswith(b'%s%s"}' % (mac_place, hexlify(own.finalize()))):
                        return line
                sequence += 1
                previous = hexlify(sha256(line).digest())
                time = time_of(line)
                if time >= latest:
                    latest = time
                else:
                    self._note_time(time, latest)
            return None
        finally:
            self._in_order += sequence - self._sequence
            self._sequence, self._previous, self._latest = sequence, previous.decode(), latest

    def _step(self, line: bytes) -> None:
        """A mark, a record under another key, lines that are none of the chain, or a break."""
        link = read_link(line)
        if link is None:
            self._skip_torn(line)
        elif not self._fits(link) or not self._is_sealed(line, link):
            self._break(line)
        else:
            if link.signature is not None:
                self._mark(line, link)
            self._version = link.version
            self._accept(line)

    def _skip_torn(self, line: bytes) -> None:
        """What a crash left, which the log itself accounts for, or the end; anything else is a break."""
        torn = [line]
        for following in self._lines:
            link = read_link(following)
            if link is not None:
                if not self._fits(link) or not self._is_sealed(following, link):
                    self._break(*torn, following)
                self._mark(following, link, torn=torn)
                self._report.torn += 1
                self._in_order += len(torn)
                self._accept(following)
                return
            torn.append(following)
        if len(torn) > 1 or _said(line):
            self._break(*torn)
        self._report.torn += bool(line)

    def _mark(self, line: bytes, link: Link, *, before: int | None = None, torn: Sequence[bytes] = ()) -> None:
        """Check what the log says of itself and note it; ``before`` at its beginning, ``torn`` where it goes on."""
        said = _said(line)
        key = said.get("public_key")
        if not torn and said.get("record") == "resumed":
            raise _Broken("missing")
        if not isinstance(key, str) or not _accounts_for(torn, said):
            self._break(*torn, line)
        if not self._trusted or (self._macs and not self._only):
            # Whoever holds the MAC's key may bring a new key to sign with.
            self._trusted.add(key)
        if not self._is_signed(line, link, key):
            self._break(*torn, line, forged="wrong_signature")
        self._report.public_key = key
        self._version = link.version
        if before is not None:
            self._opened(said, before=before)
        if said["record"] == "checkpoint":
            self._compare(line, link)
            self._report.checkpoints += 1
            self._report.last_checkpoint, self._report.last_checkpoint_time = link.sequence, said["time"]
        elif said["record"] == "pruned" and self._first and said.get("until") == self._first:
            self._report.pruned = self._first

    def _opened(self, said: dict[str, Any], *, before: int) -> None:
        if not self._first and (said["record"] != "log" or said["format"] != FORMAT):
            raise _Broken("no_chain", whole=True)
        if not self._first and said["before"] != before:
            raise _Broken("inserted" if before > said["before"] else "missing")
        self._report.log, self._report.node, self._report.started = self._log, said["node"], said["time"]

    def _compare(self, line: bytes, link: Link) -> None:
        kept = self._exported.pop(link.sequence, line)
        if kept != line:
            self._contradict(kept, "rewritten")

    def _end(self) -> None:
        """What was seen elsewhere and not here, or should stand before the first line."""
        if self._report.pruned != self._first:
            raise _Broken("missing", whole=True)
        for sequence, kept in sorted(self._exported.items()):
            self._contradict(kept, "rewritten" if sequence < self._sequence else "cut")

    def _contradict(self, kept: bytes, kind: BreakKind) -> NoReturn:
        """What was kept elsewhere says so, if it is genuine."""
        link = read_link(kept)
        genuine = link is not None and self._is_signed(kept, link, _said(kept).get("public_key"))
        raise _Broken(kind if genuine else "wrong_signature", whole=True)

    def _accept(self, line: bytes) -> None:
        self._previous = hashlib.sha256(line).hexdigest()
        self._sequence += 1
        self._in_order += 1

    def _fits(self, link: Link) -> bool:
        return (link.log, link.sequence, link.previous) == (self._log, self._sequence, self._previous)

    def _is_sealed(self, line: bytes, link: Link) -> bool:
        if not self._macs:
            return True
        if link.version not in self._macs:
            return False
        own = self._macs[link.version].copy()
        own.update(line[: link.sealed])
        return own.finalize().hex() == link.mac

    def _is_signed(self, line: bytes, link: Link, key: object) -> bool:
        if link.signature is None or not isinstance(key, str) or key not in self._trusted:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(link.signature, line[: link.signed])
        except (InvalidSignature, ValueError):
            return False
        return True

    def _break(self, line: bytes, *read: bytes, forged: BreakKind | None = None) -> NoReturn:
        """Say what is wrong with a line; ``read`` was taken from behind it already."""
        after = [*read, *islice(self._lines, max(0, 2 - len(read)))]
        expected = Expected(self._log, self._sequence, self._previous, self._latest)
        link = read_link(line)
        sealed = bool(self._macs) and link is not None and self._is_sealed(line, link)
        kind, back = diagnose(line, after[:2], expected=expected, sealed=sealed)
        kind = forged if forged is not None and (sealed or kind == "wrong_mac") else kind
        raise _Broken(kind, back=back, taken=sum(1 for one in (line, *after) if one))

    def _note_time(self, time: bytes, latest: bytes) -> None:
        try:
            ago = _moment(latest) - _moment(time)
        except ValueError:
            return
        self._report.clock_back += ago >= _BACK


def _said(line: bytes) -> dict[str, Any]:
    """What a line says; nothing where it is no object, since it may be anything until its seal was checked."""
    try:
        said: Any = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}  # pyright: ignore[reportUnknownVariableType]  # JSON


def _is_checkpoint(line: bytes) -> bool:
    return _said(line).get("record") == "checkpoint"


def _accounts_for(torn: Sequence[bytes], said: Mapping[str, Any]) -> bool:
    """Whether a mark says that just these lines before it were cut short; none, where there are none."""
    told = said.get("torn"), said.get("torn_sha256")
    left = b"\n".join(torn)
    return told == ((len(left), hashlib.sha256(left).hexdigest()) if torn else (None, None))


def _moment(text: bytes) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.decode())
