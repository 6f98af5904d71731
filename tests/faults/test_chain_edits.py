"""10,000 random edits of a log, 10,000 found. ``CHAIN_EDITS`` and ``CHAIN_SEED`` say how many and which."""

from __future__ import annotations

import os
import random
from collections import Counter

from dancu.policy.chain_reading import verify_chain

from ..unit.policy.chain_edits import EDITS, MAC, OTHER, TORN, a_log, edited  # noqa: TID252  # one set of edits for all tests

COUNT = int(os.environ.get("CHAIN_EDITS", "10000"))
SEED = int(os.environ.get("CHAIN_SEED", "20261125"))


def test_every_edit_is_found() -> None:
    """Flips, deletions, swaps, cuts, copies, back-datings, insertions and splices: none goes unseen."""
    chance = random.Random(SEED)
    whole, other = a_log(torn=TORN), a_log(log=OTHER, torn=TORN)
    keys = {1: MAC}
    assert verify_chain(whole.text.split(b"\n"), keys=keys, exported=whole.exported).broken is None
    assert verify_chain(other.text.split(b"\n"), keys=keys, exported=other.exported).broken is None
    made: Counter[str] = Counter()
    unseen: list[str] = []
    for number in range(COUNT):
        name, text = edited(chance, whole, other)
        made[name] += 1
        if verify_chain(text.split(b"\n"), keys=keys, exported=whole.exported).broken is None:
            unseen.append(f"edit {number}: {name}")
    assert not unseen, f"seed {SEED}"
    assert len(made) == len(EDITS)
