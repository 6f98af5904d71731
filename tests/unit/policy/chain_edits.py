"""Logs of invented records, and the ways in which somebody may edit them."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dancu.policy.chain import FORMAT, Chain, ChainKeys, mac_key
from dancu.privacy import Secret

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

NOW = datetime.datetime(2026, 11, 23, 3, 0, tzinfo=datetime.UTC)
SECRET = Secret("a secret of nobody")
MAC = mac_key(SECRET)
SIGNER = Ed25519PrivateKey.from_private_bytes(b"an invented seed of 32 bytes ok.")
KEYS = ChainKeys(MAC, SIGNER)
TORN = b'{"record":"intent","time":"2026-11'
LOG, OTHER = "00a0b0c0d0e0f001", "00a0b0c0d0e0f002"


def record(number: int) -> bytes:
    """A record as far as the chain looks at it, a second after the one before it."""
    time = NOW + datetime.timedelta(seconds=number)
    said = {"record": "intent", "time": time.isoformat(timespec="milliseconds"), "reference": f"R{number}"}
    return json.dumps(said, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Kept:
    """A log and its checkpoints.

    Attributes:
        lines: without newlines.
        exported: the checkpoints, as they are kept elsewhere.
    """

    lines: tuple[bytes, ...]
    exported: tuple[bytes, ...]

    @property
    def text(self) -> bytes:
        """The file."""
        return b"".join(line + b"\n" for line in self.lines)


def a_log(records: int = 40, *, log: str = LOG, torn: bytes = b"") -> Kept:
    """A log with a checkpoint behind each ten records, closed by one; a crash cut off the one after the 25th."""
    chain = Chain(KEYS, log)
    lines = [chain.mark("log", time=NOW, node="may-mau", format=FORMAT, before=0)]
    exported: list[bytes] = []
    for number in range(records):
        lines.append(chain.add(record(number)))
        if torn and number == 24:
            said = {"torn": len(torn), "torn_sha256": hashlib.sha256(torn).hexdigest()}
            lines += [torn, chain.mark("resumed", time=NOW, node="may-mau", **said)]
        if number % 10 == 9:
            time = NOW + datetime.timedelta(seconds=number)
            exported.append(chain.mark("checkpoint", time=time, node="may-mau"))
            lines.append(exported[-1])
    return Kept(tuple(lines), tuple(exported))


Edit: TypeAlias = "Callable[[random.Random, list[bytes], Kept], list[bytes]]"


def flip(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """One bit of one line."""
    place = chance.randrange(len(lines))
    line = bytearray(lines[place])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    return [*lines[:place], bytes(line), *lines[place + 1 :]]


def delete(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """Some lines in a row."""
    place = chance.randrange(len(lines))
    return lines[:place] + lines[place + chance.choice([1, 1, 2, 5]) :]


def swap(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """Two lines."""
    one, other = chance.sample(range(len(lines)), 2)
    edited = list(lines)
    edited[one], edited[other] = edited[other], edited[one]
    return edited


def truncate(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """All behind some byte."""
    text = b"\n".join(lines)
    return text[: chance.randrange(len(text))].split(b"\n")


def duplicate(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """A line, put in anywhere."""
    place = chance.randrange(len(lines) + 1)
    return [*lines[:place], chance.choice(lines), *lines[place:]]


def back_date(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """The day of a record."""
    place = chance.randrange(len(lines))
    earlier = lines[place].replace(b"2026-11-23T", b"2026-11-%02dT" % chance.randrange(1, 23))
    return [*lines[:place], earlier, *lines[place + 1 :]]


def insert(chance: random.Random, lines: list[bytes], _other: Kept) -> list[bytes]:
    """A line that was never sealed, whole, blank or with a tail of somebody's own."""
    place = chance.randrange(len(lines) + 1)
    forged = Chain(ChainKeys(mac_key(Secret("a guess")), SIGNER), LOG).add(record(place))
    return [*lines[:place], chance.choice([record(place), b"", b"torn", forged]), *lines[place:]]


def splice(chance: random.Random, lines: list[bytes], other: Kept) -> list[bytes]:
    """Lines of another log under the same keys, at their own places or instead of all."""
    place = chance.randrange(len(lines))
    last = chance.choice([place + 1, len(lines)])
    return [*lines[:place], *other.lines[place:last], *lines[last:]]


EDITS: tuple[Edit, ...] = (flip, delete, swap, truncate, duplicate, back_date, insert, splice)


def edited(chance: random.Random, kept: Kept, other: Kept) -> tuple[str, bytes]:
    """One random edit: its name and the text of the log after it, which differs from before."""
    while True:
        edit = chance.choice(EDITS)
        lines = edit(chance, list(kept.lines), other)
        text = b"\n".join(lines) + (b"" if edit is truncate else b"\n")
        # An end without its newline lost nothing.
        if text.rstrip(b"\n") != kept.text.rstrip(b"\n"):
            return edit.__name__, text
