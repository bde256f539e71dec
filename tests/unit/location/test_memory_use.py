"""What locating took is given back at once, without a search for what refers to itself."""

from __future__ import annotations

import gc
from random import Random

import pytest

from inventory.location.engine import locate
from tests.simulator.conditions import CONDITIONS, Condition
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_nothing_refers_to_itself(condition: Condition) -> None:
    random = Random(1)  # noqa: S311 -- a reproducible network, no secret
    network = build(random, Shape(12, 150, condition.shapes[0]))
    facts, devices = read(network, random, condition).facts, network.devices()
    gc.collect()
    gc.disable()
    try:
        assert len(locate(facts, devices).by_mac) > 1
        assert gc.collect() == 0
    finally:
        gc.enable()
