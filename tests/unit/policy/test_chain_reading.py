"""What a reader of the audit's chain finds: that it is whole, or what is wrong first."""

from __future__ import annotations

import datetime
import hashlib
import random
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dancu.policy.chain import FORMAT, Chain, ChainKeys, mac_key
from dancu.policy.chain_reading import Break, Report, verify_chain
from dancu.privacy import Secret

from .chain_edits import KEYS, LOG, MAC, NOW, OTHER, SIGNER, TORN, Kept, a_log, edited, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SEED = 20261123
NEW_MAC = mac_key(Secret("the second secret of nobody"))


def read(lines: Iterable[bytes], *, keys: Mapping[int, bytes] | None = None, **options: Any) -> Report:
    """The report on lines that all end with a newline."""
    return verify_chain([*lines, b""], keys={1: MAC} if keys is None else keys, **options)


def kind(lines: Iterable[bytes], **options: Any) -> str | None:
    """What is wrong with lines."""
    broken = read(lines, **options).broken
    return None if broken is None else broken.kind


@pytest.fixture
def kept() -> Kept:
    """A log of 46 lines: the header at 0, checkpoints at 11, 22, 33 and 44, and one record after."""
    log = a_log(40)
    last = Chain(KEYS, LOG)
    last._sequence, last._previous = 45, hashlib.sha256(log.lines[-1]).hexdigest().encode()
    return Kept((*log.lines, last.add(record(40))), log.exported)


def test_a_whole_log_is_told_with_what_it_rests_on(kept: Kept) -> None:
    """Counts, log, machine, start, the last checkpoint, and how many records no checkpoint covers."""
    report = read(kept.lines, exported=kept.exported)
    assert report == Report(
        macs_checked=True,
        log=LOG,
        node="may-mau",
        started="2026-11-23T03:00:00.000+00:00",
        public_key=KEYS.public,
        records=46,
        checkpoints=4,
        last_checkpoint=44,
        last_checkpoint_time="2026-11-23T03:00:39.000+00:00",
        after_checkpoint=1,
        exported=4,
    )


def forged(line: bytes) -> Chain:
    """The chain behind a line, in the hands of somebody who has the signing key and guesses the other."""
    chain = Chain(ChainKeys(mac_key(Secret("a guess")), SIGNER), LOG)
    chain._sequence, chain._previous = 6, hashlib.sha256(line).hexdigest().encode()
    return chain


def rebuilt(lines: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Lines from 6 on made anew without the MAC's key: every hash fits."""
    chain = forged(lines[5])
    return (*lines[:6], *(chain.add(record(number)) for number in range(100, 103)))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (lambda k: (*k[:7], k[7].replace(b"R6", b"R7"), *k[8:]), Break("changed", 8, 7)),
        (lambda k: (*k[:7], k[7][:-3] + b'0"}', *k[8:]), Break("changed", 8, 7)),
        (lambda k: (*k[:7], k[7].replace(LOG.encode(), OTHER.encode()), *k[8:]), Break("changed", 8, 7)),
        (lambda k: (*k[:11], k[11].replace(b"may", b"mai"), *k[12:]), Break("changed", 12, 11)),
        (lambda k: (k[0].replace(b"may", b"mai"), *k[1:]), Break("changed", 1, 0)),
        (lambda k: (*k[:7], *k[8:]), Break("missing", 8, 7)),
        (lambda k: (*k[:7], *k[10:]), Break("missing", 8, 7)),
        (lambda k: k[1:], Break("missing", 1, 0)),
        (lambda k: (*k[:7], record(6), *k[7:]), Break("inserted", 8, 7)),
        (lambda k: (*k[:7], b"", *k[7:]), Break("inserted", 8, 7)),
        (lambda k: (record(0), *k), Break("inserted", 2, 0)),
        (lambda k: (*k[:7], k[8], k[7], *k[9:]), Break("swapped", 8, 7)),
        (lambda k: (*k[:7], k[20], *k[8:20], k[7], *k[21:]), Break("swapped", 8, 7)),
        (lambda k: (*k[:7], k[6], *k[7:]), Break("duplicated", 8, 7)),
        (lambda k: (*k[:7], k[20], *k[7:]), Break("duplicated", 8, 7)),
        (lambda k: (*k[:7], k[7].replace(b"-23T", b"-22T"), *k[8:]), Break("back_dated", 8, 7)),
        (lambda k: (*k[:7], a_log(log=OTHER).lines[7], *k[8:]), Break("foreign", 8, 7)),
        (lambda k: (*k[:7], *a_log(log=OTHER).lines[7:]), Break("foreign", 8, 7)),
        (rebuilt, Break("wrong_mac", 7, 6)),
        (lambda _k: (), Break("no_chain", None, None)),
        (lambda _k: (record(1), record(2)), Break("no_chain", None, None)),
    ],
)
def test_the_first_break_is_named(kept: Kept, lines: Any, expected: Break) -> None:
    """Each way to edit a log is told by its kind, its line and the number that belongs there."""
    changed = lines(kept.lines)
    report = read(changed)
    assert report.broken == expected
    assert report.records == (expected.sequence or 0)
    if expected.line is not None:
        assert report.unproven == sum(1 for line in changed[expected.line - 1 :] if line)


def test_a_log_that_ends_before_a_kept_checkpoint_was_cut(kept: Kept) -> None:
    """Whatever is cut off behind the last checkpoint kept elsewhere goes unseen; anything before is found."""
    assert kind(kept.lines[:-1], exported=kept.exported) is None
    for length in range(1, 45):
        assert kind(kept.lines[:length], exported=kept.exported) == "cut"
    assert kind(kept.lines[:20]) is None


def test_a_log_made_anew_with_all_keys_is_found_by_kept_checkpoints(kept: Kept) -> None:
    """Who holds every key can write another history, with checkpoints or without, but not what lies elsewhere."""
    chain = Chain(KEYS, LOG)
    lines = [chain.mark("log", time=NOW, node="may-mau", format=FORMAT, before=0)]
    lines += [chain.add(record(number)) for number in range(50, 60)]
    signed = [*lines, chain.mark("checkpoint", time=NOW, node="may-mau")]
    assert kind(signed) is None
    assert kind(signed, exported=kept.exported[:1]) == "rewritten"
    chain = Chain(KEYS, LOG)
    unsigned = [chain.mark("log", time=NOW, node="may-mau", format=FORMAT, before=0)]
    unsigned += [chain.add(record(number)) for number in range(60)]
    assert kind(unsigned) is None
    assert kind(unsigned, exported=kept.exported) == "rewritten"


def test_a_log_in_another_ones_place_is_found(kept: Kept) -> None:
    """A whole log under the same keys is not the one whose checkpoints were kept; a kept file without any says so."""
    assert kind(a_log(log=OTHER).lines, exported=kept.exported) == "foreign"
    assert kind(kept.lines, exported=[]) == "foreign"
    assert kind(kept.lines, exported=[*a_log(log=OTHER).exported, *kept.exported, b'{"record":"chec']) is None


def test_a_kept_checkpoint_must_be_signed(kept: Kept) -> None:
    """One whose signature or text was changed is told; a copy of the log serves as well as its checkpoints."""
    for place in (0, -1):
        spoilt = kept.exported[place].replace(b"may", b"mai")
        assert kind(kept.lines, exported=[*kept.exported, spoilt]) == "wrong_signature"
        assert kind(kept.lines[:10], exported=[spoilt]) == "wrong_signature"
    assert kind(kept.lines, exported=kept.lines) is None


def test_who_may_sign_can_be_given(kept: Kept) -> None:
    """Under the given public key a log is whole; under another its first line is not signed by it."""
    assert kind(kept.lines, public_keys=frozenset({KEYS.public})) is None
    stranger = ChainKeys(MAC, Ed25519PrivateKey.generate())
    assert kind(kept.lines, public_keys=frozenset({stranger.public})) == "wrong_signature"
    chain = Chain(stranger, LOG)
    chain._sequence, chain._previous = 46, hashlib.sha256(kept.lines[-1]).hexdigest().encode()
    mark = chain.mark("checkpoint", time=NOW, node="may-mau")
    lines = [*kept.lines, mark, chain.add(record(1))]
    assert kind(lines) is None
    assert kind(lines, public_keys=frozenset({KEYS.public})) == "wrong_signature"
    assert kind(lines, public_keys=frozenset({KEYS.public, stranger.public})) is None
    assert kind(lines, keys={}) == "wrong_signature"


def test_without_a_key_hashes_and_signatures_still_tell(kept: Kept) -> None:
    """No MAC is checked, and it is said; a changed line is found by the one behind it, in its own place."""
    assert not read(kept.lines, keys={}).macs_checked
    assert kind(kept.lines, keys={}) is None
    changed = [*kept.lines[:7], kept.lines[7].replace(b"R6", b"R7"), *kept.lines[8:]]
    assert read(changed, keys={}).broken == Break("changed", 8, 7)
    assert kind([*kept.lines[:11], kept.lines[11].replace(b"may", b"mai"), *kept.lines[12:]], keys={}) == "changed"
    assert kind(rebuilt(kept.lines), keys={}) is None


def test_a_new_key_continues_the_chain(kept: Kept) -> None:
    """Records under version 2 follow those of version 1; without the key of one of them nothing is proven."""
    chain = Chain(ChainKeys(NEW_MAC, SIGNER, version=2), LOG)
    chain._sequence, chain._previous = 46, hashlib.sha256(kept.lines[-1]).hexdigest().encode()
    both = [*kept.lines, *(chain.add(record(number)) for number in range(41, 45))]
    assert kind(both, keys={1: MAC, 2: NEW_MAC}) is None
    assert kind(both) == "wrong_mac"
    assert kind(both, keys={2: NEW_MAC}) == "wrong_mac"
    assert kind([*both[:48], both[48].replace(b"R43", b"R44"), *both[49:]], keys={1: MAC, 2: NEW_MAC}) == "changed"


def torn(kept: Kept, left: bytes, *, said: bytes | None = None) -> list[bytes]:
    """A log whose last line was cut short, and that went on."""
    chain = Chain(KEYS, LOG)
    chain._sequence, chain._previous = 46, hashlib.sha256(kept.lines[-1]).hexdigest().encode()
    told = left if said is None else said
    mark = chain.mark("resumed", time=NOW, node="may-mau", torn=len(told), torn_sha256=hashlib.sha256(told).hexdigest())
    return [*kept.lines, left, mark, chain.add(record(42))]


def test_a_torn_line_is_told_from_an_edit(kept: Kept) -> None:
    """What a crash cut short is accounted for by the line behind it; anything else there, or nothing, is an edit."""
    left = b'{"record":"intent","ti'
    report = read(torn(kept, left))
    assert (report.broken, report.torn, report.records) == (None, 1, 48)
    assert kind(torn(kept, left + b"m", said=left)) == "inserted"
    assert kind([line for line in torn(kept, left) if line != left]) == "missing"
    whole = torn(kept, left)
    assert kind([*whole[:30], left, *whole[30:]]) == "inserted"
    assert kind([*whole[:47], left, *whole[47:]]) == "inserted"


def test_the_end_may_be_torn(kept: Kept) -> None:
    """Text behind the last newline is what a crash left, until the log goes on; with a newline it is an edit."""
    assert verify_chain([*kept.lines, b'{"record":'], keys={1: MAC}).torn == 1
    assert verify_chain([*kept.lines, b'{"record":'], keys={1: MAC}).broken is None
    assert verify_chain(kept.lines, keys={1: MAC}).broken is None
    assert kind([*kept.lines, b'{"record":']) == "changed"
    assert verify_chain([*kept.lines, record(46)], keys={1: MAC}).broken == Break("changed", 47, 46)


def test_older_records_stand_before_the_chain() -> None:
    """They are counted and nothing is said of them, but their number of bytes is: one more or less is found."""
    chain = Chain(KEYS, LOG)
    old = [record(1), record(2)]
    before = sum(len(line) + 1 for line in old)
    lines = [*old, chain.mark("log", time=NOW, node="may-mau", format=FORMAT, before=before), chain.add(record(3))]
    report = read(lines)
    assert (report.broken, report.unchained, report.records) == (None, 2, 2)
    assert kind([record(0), *lines]) == "inserted"
    assert kind(lines[1:]) == "missing"


def test_a_clock_that_went_back_is_noted_and_is_no_edit() -> None:
    """Numbers give the order; records five minutes older than one before them are counted."""
    chain = Chain(KEYS, LOG)
    lines = [chain.mark("log", time=NOW, node="may-mau", format=FORMAT, before=0)]
    lines += [chain.add(record(number)) for number in (1, 400, 399, 99, 101, 500)]
    report = read(lines)
    assert (report.broken, report.clock_back) == (None, 1)
    assert datetime.timedelta(seconds=400 - 99) > datetime.timedelta(minutes=5)


def test_random_edits_are_all_found() -> None:
    """Of 500 flips, deletions, swaps, cuts, copies, back-datings, insertions and splices none goes unseen."""
    chance = random.Random(SEED)
    whole, other = a_log(torn=TORN), a_log(log=OTHER, torn=TORN)
    assert verify_chain(whole.text.split(b"\n"), keys={1: MAC}, exported=whole.exported).broken is None
    for number in range(500):
        name, text = edited(chance, whole, other)
        report = verify_chain(text.split(b"\n"), keys={1: MAC}, exported=whole.exported)
        assert report.broken is not None, f"seed {SEED}, edit {number}: {name}"
