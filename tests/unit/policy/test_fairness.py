"""Places shared by applications: random traces against rules written a second time, and who floods whom."""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from typing import TypeAlias

import pytest

from dancu.errors import Unavailable
from dancu.policy.fairness import Fairness, FairRule, Share, Ticket

TRACES = 5000
SEED = 20_261_123
FLOOD, CALM, NIGHT = Share("flood"), Share("calm"), Share("night", batch=True)
Inside: TypeAlias = "list[Ticket]"


def settled(fairness: Fairness) -> list[Ticket]:
    """All who take a place now."""
    return list(iter(fairness.next, None))


class Rules:
    """The same rules on plain lists: every waiting question is looked at each time."""

    def __init__(self, rule: FairRule) -> None:
        self.rule = rule
        self.inside: Inside = []
        self.waiting: Inside = []
        self.seen: list[Share] = []
        self.turns: dict[Share, int] = defaultdict(int)
        self.turn = 0

    def held(self, share: Share) -> int:
        """Places that its application has."""
        return sum(one.share.application == share.application for one in self.inside)

    def able(self) -> Inside:
        """Who could take a place now, the first of each line."""
        heads = {one.share: one for one in reversed(self.waiting)}.values()
        batches = sum(one.share.batch for one in self.inside)
        found = [
            one
            for one in heads
            if (one.share.at_once is None or self.held(one.share) < one.share.at_once)
            and not (one.share.batch and batches >= self.rule.batch)
        ]
        return [one for one in found if not one.share.batch] or found

    def enter(self, ticket: Ticket) -> str:
        """What becomes of a question that comes."""
        is_full = sum(one.share == ticket.share for one in self.waiting) >= self.rule.queue
        self.seen += [] if ticket.share in self.seen else [ticket.share]
        self.waiting.append(ticket)
        if self.next() is ticket:
            return "inside"
        if is_full:
            self.waiting.remove(ticket)
        return "too_busy" if is_full else "waits"

    def next(self) -> Ticket | None:
        """Who takes it."""
        able = self.able() if len(self.inside) < self.rule.places else []
        if not able:
            return None
        fewest = min(self.held(one.share) for one in able)
        few = [one for one in able if self.held(one.share) == fewest]
        chosen = min(few, key=lambda one: (self.turns[one.share], self.seen.index(one.share)))
        self.turn += 1
        self.turns[chosen.share] = self.turn
        self.waiting.remove(chosen)
        self.inside.append(chosen)
        return chosen


def entered(fairness: Fairness, ticket: Ticket) -> str:
    """What became of a question that came."""
    try:
        return "inside" if fairness.enter(ticket) else "waits"
    except Unavailable as error:
        return error.code


def test_random_traces_go_as_the_rules_say() -> None:
    """5,000 traces of coming, leaving and giving up: the same question is next each time, and no place is lost."""
    for trace in range(TRACES):
        source = random.Random(SEED + trace)
        rule = FairRule(source.randint(1, 5), source.randint(0, 4), source.randint(1, 3))
        shares = [Share("a"), Share("b", at_once=source.randint(1, 2)), Share("c"), Share("d", batch=True)]
        fairness, rules = Fairness(rule), Rules(rule)
        for _step in range(40):
            move = source.random()
            if move < 0.6:
                ticket = Ticket(source.choice(shares))
                assert entered(fairness, ticket) == rules.enter(ticket), f"seed {SEED + trace}"
            elif move < 0.9 and rules.inside:
                gone = rules.inside.pop(source.randrange(len(rules.inside)))
                fairness.leave(gone)
                assert settled(fairness) == list(iter(rules.next, None)), f"seed {SEED + trace}"
            elif rules.waiting:
                gone = rules.waiting.pop(source.randrange(len(rules.waiting)))
                assert fairness.give_up(gone) and not fairness.give_up(gone)
            assert (fairness.inside, fairness.waiting) == (len(rules.inside), len(rules.waiting))


@pytest.mark.parametrize("places", [1, 4, 16])
def test_who_floods_leaves_the_others_their_share(places: int) -> None:
    """One application comes ten times as often as there are places; whoever asks steadily gets its share (R16, T34)."""
    rule = FairRule(places, 64, max(1, places // 2))
    fairness, done = Fairness(rule), Counter[str]()
    inside: deque[tuple[int, Ticket]] = deque()
    asked = Counter[str]()
    for tick in range(2000):
        while inside and inside[0][0] <= tick:
            _end, ticket = inside.popleft()
            done[ticket.share.application] += 1
            fairness.leave(ticket)
            inside.extend((tick + 10, one) for one in settled(fairness))
        # Ten ticks a question: the places are full with `places` questions in ten ticks, and 10 come from the flood.
        for share, count in ((FLOOD, places), (CALM, int(tick % 10 < max(1, places // 2) and places > 1))):
            for _one in range(count):
                asked[share.application] += 1
                ticket = Ticket(share)
                try:
                    if fairness.enter(ticket):
                        inside.append((tick + 10, ticket))
                except Unavailable:
                    continue
    if places > 1:
        assert done["calm"] >= 0.95 * asked["calm"]
    assert done["flood"] >= 0.4 * 2000 * places / 10


def test_a_person_comes_before_a_batch() -> None:
    """The next place is a person's however long a batch has waited, and a batch never holds more than its part."""
    fairness = Fairness(FairRule(4, 10, 2))
    night = [Ticket(NIGHT) for _ in range(6)]
    assert [fairness.enter(one) for one in night] == [True, True, False, False, False, False]
    people = [Ticket(CALM) for _ in range(3)]
    assert [fairness.enter(one) for one in people] == [True, True, False]
    fairness.leave(night[0])
    assert settled(fairness) == [people[2]]
    fairness.leave(people[0])
    assert settled(fairness) == [night[2]]
    fairness.leave(people[1])
    assert settled(fairness) == []


def test_a_full_line_is_refused_at_once() -> None:
    """Its own line, and no other's."""
    fairness = Fairness(FairRule(1, 2, 1))
    assert [fairness.enter(Ticket(FLOOD)) for _ in range(3)] == [True, False, False]
    with pytest.raises(Unavailable) as caught:
        fairness.enter(Ticket(FLOOD))
    assert (caught.value.code, caught.value.retry_after) == ("too_busy", 1.0)
    assert not fairness.enter(Ticket(CALM))
