"""Which devices run older software than another of their model does here. Nothing is asked of the Internet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.text import text, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.facts import DeviceFact

_NO_MODEL: Final = text("it does not tell its model")
_NO_SOFTWARE: Final = text("it does not tell its software version")
_PART: Final = re.compile(r"\d+|[A-Za-z]+")


def software_checks(devices: Iterable[DeviceFact]) -> tuple[DeviceCheck, ...]:
    """Compare every device with the newest version of its model, by device.

    Args:
        devices: who they said they are; of several of one device the newest counts.
    """
    last: dict[str, DeviceFact] = {}
    for fact in sorted(devices, key=lambda one: (one.at, repr(one))):
        last[fact.device] = fact
    newest: dict[str, DeviceFact] = {}
    for fact in sorted(last.values(), key=lambda one: one.device):
        if fact.model and fact.software:
            best = newest.get(fact.model)
            if best is None or order(fact.software) > order(best.software or ""):
                newest[fact.model] = fact
    return tuple(_judged(last[name], newest.get(last[name].model or "")) for name in sorted(last))


def _judged(fact: DeviceFact, newest: DeviceFact | None) -> DeviceCheck:
    if newest is None or fact.software is None:
        evidence = _NO_MODEL if fact.model is None else _NO_SOFTWARE
        return DeviceCheck(fact.device, Check.SOFTWARE, CheckResult.NOT_ASSESSED, evidence, fact.at)
    if order(fact.software) == order(newest.software or ""):
        evidence = verbatim(f"{fact.model} {fact.software}")
        return DeviceCheck(fact.device, Check.SOFTWARE, CheckResult.GOOD, evidence, fact.at)
    evidence = text(
        "{model} {software}; {other} runs {newest}",
        model=fact.model,
        software=fact.software,
        other=newest.device,
        newest=newest.software,
    )
    return DeviceCheck(fact.device, Check.SOFTWARE, CheckResult.ATTENTION, evidence, fact.at)


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return a version's sort key: numbers by value, so that R10 is newer than R9; letters before numbers."""
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part.lower()) for part in _PART.findall(version))
