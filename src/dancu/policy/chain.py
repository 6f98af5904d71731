"""The audit's chain: lines of JSON that cannot be edited, dropped, moved or added unnoticed.

One format for the SDK's file and the gateway's store (docs/audit.md draws it). A record keeps its bytes and gains
a tail; what a log says about itself (a `Mark`) is signed as well::

    {"record":"intent", ... ,"log":"LOG","sequence":7,"previous":"SHA-256 of line 6","mac":"1:HMAC"}
    {"record":"checkpoint", ... ,"log":"LOG","sequence":8,"previous":"...","signature":"Ed25519","mac":"1:HMAC"}

``signature`` and ``mac`` are over the bytes of the line that stand before them, ``previous`` is over the whole line
before, without its newline. All are hexadecimal in small letters. The number before the MAC is the key's version.
"""

from __future__ import annotations

import hashlib
import json
import re
from binascii import hexlify
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    import datetime
    from typing import Self

    from dancu.privacy import Secret

__all__ = [
    "FORMAT",
    "NOTHING",
    "Chain",
    "ChainKeys",
    "Link",
    "Mark",
    "mac_key",
    "public_key",
    "read_link",
    "signing_key",
]

Mark: TypeAlias = Literal["log", "checkpoint", "resumed", "pruned"]
"""What a log says about itself: how it begins, that it stands so now, that it goes on after a torn line, and that lines
before some checkpoint are gone because their time was over."""
FORMAT = 1
NOTHING = "0" * 64
"""``previous`` of the first line."""

_PURPOSE = b"dancu audit chain 1"
_LONGEST_TAIL = 512
_TAIL = re.compile(
    rb',"log":"([0-9a-f]{16})","sequence":(0|[1-9][0-9]{0,17}),"previous":"([0-9a-f]{64})"'
    rb'(?:,"signature":"([0-9a-f]{128})")?,"mac":"([1-9][0-9]{0,8}):([0-9a-f]{64})"\}\Z'
)


def mac_key(secret: Secret) -> bytes:
    """The MAC's key, 32 bytes: HKDF-SHA-256 of the audit key's text, no salt, info ``dancu audit chain 1``."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.reveal().encode())


def signing_key(secret: Secret) -> Ed25519PrivateKey:
    """The key of the checkpoints from its text, 64 hexadecimal digits.

    Raises:
        ValueError: the text is something else.
    """
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret.reveal()))


def public_key(signer: Ed25519PrivateKey) -> str:
    """What checks its signatures, 64 hexadecimal digits."""
    return signer.public_key().public_bytes_raw().hex()


class ChainKeys:
    """What a log is sealed with: a MAC key of some version, and a key that signs."""

    def __init__(self, mac: bytes, signer: Ed25519PrivateKey, *, version: int = 1) -> None:
        self.version = version
        self.mac_place = b',"mac":"%d:' % version
        self._mac = HMAC(mac, SHA256())
        self.public = public_key(signer)
        self._signer = signer

    def sign(self, text: bytes) -> str:
        """An Ed25519 signature, 128 hexadecimal digits."""
        return self._signer.sign(text).hex()

    def mac(self, text: bytes) -> bytes:
        """The MAC, HMAC-SHA-256, 64 hexadecimal digits."""
        mac = self._mac.copy()
        mac.update(text)
        return hexlify(mac.finalize())

    def __repr__(self) -> str:
        return f"ChainKeys(version={self.version}, public={self.public!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The tail of a chained line, as it claims to be; nothing of it is checked.

    Attributes:
        log: id of the log, 16 hexadecimal digits.
        sequence: 0 for the first line of a log.
        previous: hash of the line before.
        signature: of a mark, else None.
        signed: how many bytes the signature is over.
        version: of the MAC's key.
        mac: the MAC, and ``sealed`` how many bytes it is over.
    """

    log: str
    sequence: int
    previous: str
    signature: bytes | None
    signed: int
    version: int
    mac: str
    sealed: int


def read_link(line: bytes) -> Link | None:
    """The tail of a line, or None where it has none."""
    found = _TAIL.search(line, max(0, len(line) - _LONGEST_TAIL))
    if found is None:
        return None
    log, sequence, previous, signature, version, mac = found.groups()
    return Link(
        log=log.decode(),
        sequence=int(sequence),
        previous=previous.decode(),
        signature=None if signature is None else bytes.fromhex(signature.decode()),
        signed=found.end(3) + 1,
        version=int(version),
        mac=mac.decode(),
        sealed=found.end(3) + 1 if signature is None else found.end(4) + 1,
    )


class Chain:
    """The end of a log, to which lines are added. Thrown away when a write fails, for it has gone on."""

    def __init__(self, keys: ChainKeys, log: str) -> None:
        self._keys = keys
        self._place = b',"log":"%s","sequence":' % log.encode()
        self._sequence = 0
        self._previous = NOTHING.encode()

    @classmethod
    def after(cls, line: bytes, link: Link, *, keys: ChainKeys) -> Self:
        """The chain whose last line this is."""
        chain = cls(keys, link.log)
        chain._sequence = link.sequence + 1
        chain._previous = hashlib.sha256(line).hexdigest().encode()
        return chain

    def add(self, line: bytes) -> bytes:
        """A record, one JSON object without a newline, with its tail."""
        return self._sealed(self._placed(line[:-1]))

    def mark(self, kind: Mark, *, time: datetime.datetime, node: str, **parts: Any) -> bytes:
        """A signed line of the log's own.

        Args:
            kind: ``log`` takes ``format`` and ``before`` (bytes that stood in the file or store unchained),
                ``resumed`` takes ``torn`` and ``torn_sha256`` (bytes without newline that a crash left), ``pruned``
                takes ``until`` (number of the checkpoint that is now the first line) and ``months`` (that are kept).
            time: UTC.
            node: name of the machine.
            **parts: as said.
        """
        said = {"record": kind, "time": time.isoformat(timespec="milliseconds"), "node": node}
        said |= {"public_key": self._keys.public, **parts}
        placed = self._placed(json.dumps(said, separators=(",", ":")).encode()[:-1])
        return self._sealed(b'%s,"signature":"%s"' % (placed, self._keys.sign(placed).encode()))

    def _placed(self, body: bytes) -> bytes:
        return b'%s%s%d,"previous":"%s"' % (body, self._place, self._sequence, self._previous)

    def _sealed(self, text: bytes) -> bytes:
        line = b'%s%s%s"}' % (text, self._keys.mac_place, self._keys.mac(text))
        self._sequence += 1
        self._previous = hexlify(hashlib.sha256(line).digest())
        return line
