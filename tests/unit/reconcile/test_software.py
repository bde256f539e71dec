"""Software is compared within a model and within this network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inventory.model.check import CheckResult
from inventory.model.facts import DeviceFact
from inventory.reconcile.software import order, software_checks

AT = datetime(2026, 1, 1, tzinfo=UTC)


def fact(device: str, model: str | None, software: str | None, day: int = 0) -> DeviceFact:
    return DeviceFact(device, AT + timedelta(days=day), model=model, software=software)


FLEET = [
    fact("a", "S5720", "V200R010C00SPC600"),
    fact("b", "S5720", "V200R019C10SPC500"),
    fact("c", "S5720", "V200R009C00"),
    fact("c", "S5720", "V200R019C10SPC500", day=1),
    fact("d", "S6720", "V200R005"),
    fact("e", None, "V200R005"),
    fact("f", "S6720", None),
]


def test_the_newest_of_a_model_is_the_measure() -> None:
    found = {check.device: (check.result, str(check.evidence)) for check in software_checks(FLEET)}
    assert found["a"] == (CheckResult.ATTENTION, "S5720 V200R010C00SPC600; b runs V200R019C10SPC500")
    assert {name: found[name][0] for name in "bcdef"} == {
        "b": CheckResult.GOOD,
        "c": CheckResult.GOOD,
        "d": CheckResult.GOOD,
        "e": CheckResult.NOT_ASSESSED,
        "f": CheckResult.NOT_ASSESSED,
    }


@given(st.permutations(FLEET))
def test_the_order_of_facts_does_not_matter(facts: list[DeviceFact]) -> None:
    assert software_checks(facts) == software_checks(FLEET)


def test_versions_are_numbers_not_letters() -> None:
    assert order("7.1.070 R9") < order("7.1.070 R10") < order("7.1.070, Release 6318P01")
