"""The store in memory, as both drivers use it: tags, purges, replacement, bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.flows.effects import forget, load, store
from dancu.runtime.stores import MemoryStore

if TYPE_CHECKING:
    from .conftest import Drive


def test_a_purge_takes_what_bears_a_tag(drive: Drive) -> None:
    """Entries of any of the tags go and are counted once; others stay."""
    kept = MemoryStore(8, lambda: 0.0)
    for key, tags in (("a", ("p", "d")), ("b", ("p",)), ("c", ("q",)), ("d", ())):
        drive.run(store(key, b"v", ttl=60.0, tags=tags), store=kept)
    assert drive.run(forget(("p", "d")), store=kept) == 2
    assert [drive.run(load(key), store=kept) for key in "abcd"] == [None, None, b"v", b"v"]
    assert drive.run(forget(("p",)), store=kept) == 0


def test_a_replaced_entry_bears_its_new_tags_only(drive: Drive) -> None:
    """What took its place is found by what it bears itself."""
    kept = MemoryStore(8, lambda: 0.0)
    drive.run(store("a", b"1", ttl=60.0, tags=("old",)), store=kept)
    drive.run(store("a", b"2", ttl=60.0, tags=("new",)), store=kept)
    assert drive.run(forget(("old",)), store=kept) == 0
    assert drive.run(forget(("new",)), store=kept) == 1


def test_a_time_of_nothing_drops(drive: Drive) -> None:
    """What was kept under the name goes, and nothing is kept."""
    kept = MemoryStore(8, lambda: 0.0)
    drive.run(store("a", b"1", ttl=60.0), store=kept)
    for _ in range(2):
        drive.run(store("a", b"2", ttl=0.0), store=kept)
        assert drive.run(load("a"), store=kept) is None


def test_an_entry_whose_time_is_over_is_not_counted(drive: Drive) -> None:
    """A purge counts what could still have been shown."""
    now = [0.0]
    kept = MemoryStore(8, lambda: now[0])
    drive.run(store("a", b"1", ttl=1.0, tags=("p",)), store=kept)
    drive.run(store("b", b"1", ttl=9.0, tags=("p",)), store=kept)
    now[0] = 2.0
    assert drive.run(forget(("p",)), store=kept) == 1
