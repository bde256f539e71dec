"""What the simulator calls knowable is: nobody who says such a place guesses, and everybody who says another does."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.simulator.ceiling import knowable
from tests.simulator.conditions import CONDITIONS
from tests.simulator.score import OURS, run
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import Reading, read

if TYPE_CHECKING:
    from tests.simulator.network import Network

_UNREAD = CONDITIONS[4]


def network_and_reading(seed: int) -> tuple[Network, Reading]:
    random = Random(seed)  # noqa: S311 -- a reproducible network, no secret
    network = build(random, Shape(12, 200, "tree", joined=0.4))
    return network, read(network, random, _UNREAD)


def test_between_a_read_and_an_unread_switch_nobody_knows() -> None:
    found = 0
    for seed in range(6):
        network, reading = network_and_reading(seed)
        known = knowable(network, reading)
        for station in network.stations:
            ends = network.segment(station.stays[-1][1])
            mac = station.mac
            if mac in reading.true and len(ends) == 2:
                unread = {name for name, _ in ends} - reading.answering
                found += bool(unread)
                assert not (unread and mac in known)
        everywhere = {mac for mac in reading.true if all(name in reading.answering for name, _ in reading.true[mac])}
        assert len(known & everywhere) >= 0.95 * len(everywhere)
    assert found > 20


def test_ours_never_guesses_and_the_one_with_fewest_addresses_does() -> None:
    guessed = dict.fromkeys((OURS, "fewest MACs"), 0)
    for seed in range(6):
        result = run(Shape(12, 200, "tree", joined=0.4), _UNREAD, seed)
        for rule in guessed:
            guessed[rule] += result.guessed[rule]
    assert guessed[OURS] == 0
    assert guessed["fewest MACs"] > 10
