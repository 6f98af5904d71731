"""The audit's chain as it is written: to the byte, and under which keys."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dancu.policy.chain import NOTHING, Chain, ChainKeys, mac_key, public_key, read_link, signing_key
from dancu.privacy import Secret

from .chain_edits import KEYS, LOG, MAC, NOW, SECRET, SIGNER, a_log, record


def test_a_record_keeps_its_bytes_and_gains_a_tail() -> None:
    """What the record said stands first, unchanged; log, number, hash of the line before and MAC follow."""
    header, first, second = a_log(2).lines[:3]
    assert first.startswith(record(0)[:-1] + b',"log":"' + LOG.encode() + b'","sequence":1,"previous":"')
    assert second.startswith(record(1)[:-1])
    assert json.loads(first)["previous"] == hashlib.sha256(header).hexdigest()
    assert json.loads(second)["previous"] == hashlib.sha256(first).hexdigest()
    assert json.loads(header)["previous"] == NOTHING == "0" * 64
    assert [json.loads(line)["sequence"] for line in (header, first, second)] == [0, 1, 2]


def test_the_mac_is_over_all_that_stands_before_it() -> None:
    """HMAC-SHA-256 under HKDF of the audit's key; the version of the key stands before it."""
    line = a_log(1).lines[1]
    text, _, mac = line.rpartition(b',"mac":"')
    derived = HKDF(SHA256(), 32, None, b"dancu audit chain 1").derive(SECRET.reveal().encode())
    assert mac == b'1:%s"}' % hmac.new(derived, text, "sha256").hexdigest().encode()


def test_a_checkpoint_is_signed_with_all_that_stands_before_it() -> None:
    """Log, number, hash and time are under the signature, which the public key of the line checks."""
    line = a_log(10).exported[0]
    said = json.loads(line)
    signed = line[: line.index(b',"signature":"')]
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["public_key"])).verify(
        bytes.fromhex(said["signature"]), signed
    )
    assert said["record"] == "checkpoint" and said["public_key"] == public_key(SIGNER)
    assert all(name in signed.decode() for name in (LOG, '"sequence":11', said["previous"], said["time"], "may-mau"))


def test_a_header_says_which_log_it_is() -> None:
    """The first line names log, machine, format, time, key, and what stood there before; it is signed."""
    said = json.loads(a_log(0).lines[0])
    assert {name: said[name] for name in ("record", "time", "node", "format", "before", "log", "sequence")} == {
        "record": "log",
        "time": NOW.isoformat(timespec="milliseconds"),
        "node": "may-mau",
        "format": 1,
        "before": 0,
        "log": LOG,
        "sequence": 0,
    }
    assert re.fullmatch(r"[0-9a-f]{128}", said["signature"])


def test_a_chain_goes_on_behind_any_line_of_it() -> None:
    """From a last line alone the next is made, the same as if there had been no pause."""
    lines = a_log(5).lines
    for last, following in itertools.pairwise(lines[1:6]):
        link = read_link(last)
        assert link is not None
        assert Chain.after(last, link, keys=KEYS).add(record(link.sequence)) == following


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        record(1),
        a_log(1).lines[1][:-1],
        a_log(1).lines[1] + b" ",
        a_log(1).lines[1].replace(b'"sequence":1', b'"sequence":01'),
        a_log(1).lines[1].replace(b'"mac":"1:', b'"mac":"0:'),
    ],
)
def test_what_has_no_tail_is_no_line_of_the_chain(line: bytes) -> None:
    """An older record, half a line, a blank one, a number written otherwise: none has a tail."""
    assert read_link(line) is None


def test_text_of_a_record_cannot_pass_for_a_tail() -> None:
    """A value that looks like a tail is escaped, and the tail that counts is the last one."""
    tail = a_log(1).lines[1][len(record(0)) - 1 :].decode()
    sealed = Chain(KEYS, LOG).add(json.dumps({"record": "intent", "unit": "x" + tail}).encode())
    link = read_link(sealed)
    assert link is not None
    assert (link.log, link.sequence, link.previous) == (LOG, 0, NOTHING)


def test_keys_do_not_show_themselves() -> None:
    """The representation names version and public key; a key to sign with is 64 hexadecimal digits."""
    assert MAC.hex() not in repr(KEYS) and SECRET.reveal() not in repr(KEYS)
    assert repr(KEYS) == f"ChainKeys(version=1, public={KEYS.public!r})"
    assert mac_key(Secret("a")) != mac_key(Secret("b"))
    for text in ("ab", "no hexadecimal digits at all"):
        with pytest.raises(ValueError, match=r"hex|key"):
            signing_key(Secret(text))
    assert ChainKeys(MAC, signing_key(Secret("5a" * 32)), version=7).version == 7
