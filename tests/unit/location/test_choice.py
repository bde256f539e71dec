"""What was decided about one station may be used for another one; it must be what would be decided anew."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from inventory.location.aggregates import aggregated
from inventory.location.behind import behind
from inventory.location.choice import Choice
from inventory.location.roles import roles
from inventory.location.toward import Toward
from inventory.location.trace import traces
from inventory.location.trees import Trees
from inventory.location.view import View
from tests.simulator.conditions import CONDITIONS
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read

if TYPE_CHECKING:
    from tests.simulator.conditions import Condition


@pytest.mark.parametrize("condition", [CONDITIONS[0], CONDITIONS[6], CONDITIONS[9]], ids=lambda one: one.name)
def test_each_station_is_decided_as_if_it_were_the_first(condition: Condition) -> None:
    for number, shape in enumerate(dict.fromkeys(condition.shapes)):
        random = Random(number)  # noqa: S311 -- a reproducible network, no secret
        network = build(random, Shape(12, 150, shape))
        view = View(aggregated(read(network, random, condition).facts), network.devices())
        toward = Toward(view)
        port_roles = roles(view, toward)
        reports = traces(view, port_roles)
        lies_behind = behind(view, port_roles, toward, reports)
        together = Choice(view, toward, port_roles, lies_behind, reports, Trees(view, port_roles))
        assert len(reports) > 1
        for trace in reports.values():
            alone = Choice(view, toward, port_roles, lies_behind, reports, Trees(view, port_roles))
            assert together.of(trace) == alone.of(trace)
