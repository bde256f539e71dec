"""The same sweeps in any order, at once or one by one, give the same intervals; nothing unread closes anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from inventory.model.history import Closing
from inventory.model.location import Verdict
from inventory.reconcile.history import advance, history
from tests.unit.reconcile.looks import GATEWAY, A, B, C, look, port, seen

if TYPE_CHECKING:
    from random import Random

    from inventory.model.history import Interval, Look, Presence

_IPS = ("10.0.0.5", "10.0.0.6", "10.0.0.7")
_PORTS = (port("sw-1", 1), port("sw-1", 2), port("sw-2", 1), port("core", 5))
_SWITCHES = (GATEWAY, "sw-1", "sw-2")

_words = st.fixed_dictionaries(
    {
        "places": st.lists(st.sampled_from(_PORTS), max_size=2, unique=True).map(tuple),
        "ip": st.lists(st.sampled_from(_IPS), max_size=2, unique=True).map(tuple),
        "bounded": st.booleans(),
        "behind": st.sets(st.sampled_from(_SWITCHES), max_size=2),
        "passed": st.lists(st.sampled_from(_PORTS), max_size=1).map(tuple),
        "stale": st.lists(st.sampled_from(_PORTS), max_size=1).map(tuple),
        "plane": st.sampled_from(("public", "finance")),
        "resolved": st.booleans(),
    }
)
_sweeps = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from((A, B, C)), _words, max_size=3),
        st.sets(st.sampled_from(_IPS), max_size=2),
        st.sets(st.sampled_from(_SWITCHES)),
        st.booleans(),
    ),
    min_size=1,
    max_size=9,
)


def _look(number: int, cards: dict[str, dict[str, object]], bare: set[str], read: set[str], *, scanned: bool) -> Look:
    presences: list[Presence] = [seen(number, ip, ip=ip, holders=()) for ip in sorted(bare)]
    for card, words in sorted(cards.items()):
        one: dict[str, object] = {key: words[key] for key in ("places", "ip", "passed", "stale", "plane")}
        where = one.pop("places")
        assert isinstance(where, tuple)
        behind = words["behind"]
        bounded = bool(words["bounded"]) and len(where) == 1
        assert isinstance(behind, set)
        presences.append(
            seen(
                number,
                card,
                *where,
                **one,  # type: ignore[arg-type]  # drawn to fit
                verdict=Verdict.BOUNDED if bounded else None,
                behind=tuple(behind) if bounded else (),
                holders=(GATEWAY,) if words["resolved"] else (),
            )
        )
    return look(number, *presences, read=tuple(sorted(read)), scanned=scanned)


_looks = _sweeps.map(
    lambda sweeps: [
        _look(number, cards, bare, read, scanned=scanned)
        for number, (cards, bare, read, scanned) in enumerate(sweeps, start=1)
    ]
)


@given(_looks, st.randoms(use_true_random=False))
def test_no_order_matters(looks: list[Look], random: Random) -> None:
    mixed = [replace(one, presences=tuple(random.sample(one.presences, len(one.presences)))) for one in looks]
    random.shuffle(mixed)
    assert history(mixed) == history(looks)


@given(_looks, st.randoms(use_true_random=False))
def test_sweep_by_sweep_is_the_same_as_at_once(looks: list[Look], random: Random) -> None:
    stored: dict[object, Interval] = {}
    for one in looks:
        going = [held for held in stored.values() if held.ended is None or _matters(held, one)]
        random.shuffle(going)
        stored |= {interval.key: interval for interval in advance(going, one)}
    assert tuple(sorted(stored.values(), key=lambda interval: interval.key)) == history(looks)


def _matters(held: Interval, one: Look) -> bool:
    return held.ended is not None and one.remembers is not None and held.ended >= one.remembers


@given(_looks)
def test_nothing_opens_beside_what_is_known_better(looks: list[Look]) -> None:
    """A port that only leads to where the endpoint is known to be is no second place."""
    stored: dict[object, Interval] = {}
    for one in looks:
        for new in advance(list(stored.values()), one):
            stored[new.key] = new
        going = [held for held in stored.values() if held.ended is None and held.place is not None]
        for new in (held for held in going if held.opened.sweep == one.sweep):
            for held in going:
                if held.endpoint == new.endpoint and held.opened.sweep < one.sweep == new.latest.sweep:
                    seen_too = held.latest.sweep == one.sweep
                    assert seen_too or new.key[2:4] not in held.way
                    assert seen_too or held.key[2] not in new.behind


@given(_looks)
def test_where_nothing_was_read_completely_absence_ends_nothing(looks: list[Look]) -> None:
    unread = [replace(one, reads={}, asked=frozenset()) for one in looks]
    by_rows = {None, Closing.NEARER, Closing.IDENTIFIED, Closing.MOVED}
    assert {one.closing for one in history(unread)} <= by_rows
    for one in history(unread):
        assert one.misses == 0
        assert one.closing is not Closing.MOVED or one.place is not None


@given(_looks)
def test_every_interval_is_sound(looks: list[Look]) -> None:
    found = history(looks)
    assert len({one.key for one in found}) == len(found)
    going = [one for one in found if one.ended is None]
    assert len({(*one.key[:4],) for one in going}) == len(going)
    for one in found:
        assert (one.ip is None) != (one.place is None)
        assert one.since <= one.last_seen
        assert (one.ended is None) == (one.closed is None) == (one.closing is None)
        if one.ended is not None and one.closed is not None:
            assert one.ended >= one.last_seen
            assert one.closed.sweep > one.latest.sweep
