"""A runtime is believed only where two sources agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inventory.migration.autonomy import autonomy
from inventory.model.measurement import Measurement, Quantity

AT = datetime(2026, 1, 1, tzinfo=UTC)


def runtimes(**minutes: float | None) -> list[Measurement]:
    return [Measurement("ups", "battery", Quantity.RUNTIME, value, AT, table=mib) for mib, value in minutes.items()]


@pytest.mark.parametrize(
    ("said", "minutes", "because"),
    [
        ({"standard": 90.0, "vendor": 90.1}, 90.0, "agree"),
        ({"standard": 90.0, "vendor": 70.0}, 70.0, "agree"),
        ({"standard": 90.0, "vendor": 60.0}, None, "contradict"),
        ({"standard": 90.0}, None, "only one source"),
        ({"standard": 999.0, "vendor": 999.0}, None, "can be believed"),
        ({"standard": 0.0, "vendor": 0.0}, None, "can be believed"),
        ({"standard": None, "vendor": 30.0}, None, "only one source"),
        ({}, None, "no runtime"),
        ({"standard": 5400.0, "vendor": 90.0, "third": 91.0}, 90.0, "agree"),
    ],
)
def test_runtimes(said: dict[str, float | None], minutes: float | None, because: str) -> None:
    found = autonomy(runtimes(**said))
    assert found.minutes == minutes
    assert because in str(found.because)
