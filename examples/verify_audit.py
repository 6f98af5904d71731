"""Check an audit log with nothing of dancu, as docs/audit.md says. Needs Python 3.11 and `cryptography`.

    python verify_audit.py LOG CHECKPOINTS|- PUBLIC_KEY KEY_FILE [KEY_FILE of version 2 ...]

A gateway's store comes as text: sqlite3 audit.sqlite "SELECT line FROM log ORDER BY sequence" > LOG
"""

import hashlib
import hmac
import json
import re
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PLACE = rb'(.+,"log":"([0-9a-f]{16})","sequence":([0-9]+),"previous":"([0-9a-f]{64})")'
LINE = re.compile(rb"(" + PLACE + rb'(?:,"signature":"([0-9a-f]{128})")?),"mac":"([1-9][0-9]*):([0-9a-f]{64})"\}')


def is_sealed(found: re.Match[bytes], keys: list[bytes], public: str) -> bool:
    """Whether the MAC is right, and the signature where there is one."""
    sealed, signed, _log, _sequence, _previous, signature, version, mac = found.groups()
    key = HKDF(SHA256(), 32, None, b"dancu audit chain 1").derive(keys[int(version) - 1])
    if signature is not None:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature.decode()), signed)
    return hmac.digest(key, sealed, "sha256").hex().encode() == mac


def check(text: bytes, checkpoints: bytes, keys: list[bytes], public: str) -> str:
    """What is wrong first; an empty text where the log is whole."""
    log, sequence, previous, torn, before, lines = b"", 0, b"0" * 64, list[bytes](), 0, text.split(b"\n")
    first = gone = 0
    for number, line in enumerate(lines, 1):
        if (found := LINE.fullmatch(line)) is None:
            torn, before = [*torn, line] if log else [], before + len(line) + 1
            continue
        if not log and line.startswith(b'{"record":"checkpoint"'):  # what stood above went, as the log says below
            first = gone = sequence = int(found[4])
            previous = found[5]
        try:
            own = log or found[3], b"%d" % sequence, previous
            right = found.group(3, 4, 5) == own and is_sealed(found, keys, public)
        except (LookupError, InvalidSignature):
            right = False
        said: dict[str, Any] = json.loads(line) if right and found[6] else {}
        left = hashlib.sha256(b"\n".join(torn)).hexdigest() if torn else None
        begun = log or said.get("before", 0 if gone else None) == before
        if not right or not begun or said.get("torn_sha256") != left:
            return f"line {number - len(torn)} is changed, or does not belong there"
        log, sequence, previous, torn = found[3], sequence + 1, hashlib.sha256(line).hexdigest().encode(), []
        gone = 0 if said.get("until") == gone else gone
    if len(torn) > 1 or (torn and torn[0].endswith(b"}")):
        return f"line {len(lines) - len(torn) + 1} is none of the chain"
    kept = [one for one in map(LINE.fullmatch, checkpoints.split(b"\n")) if one and one[3] == log]
    same = {one[0] for one in kept if int(one[4]) >= first} <= set(lines) and (kept or not checkpoints)
    return "" if log and not gone and same else "cut, or not what the checkpoints saw"


if __name__ == "__main__":
    log, kept, *secrets = [b"" if name == "-" else Path(name).read_bytes() for name in sys.argv[1:3] + sys.argv[4:]]
    sys.exit(check(log, kept, [one.strip() for one in secrets], sys.argv[3]) or print("WHOLE"))
