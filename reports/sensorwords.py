"""What people read for a sensor's stable name and for a state of a MIB; a device's own names stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text, verbatim

if TYPE_CHECKING:
    from inventory.model.text import Text

_SENSORS: Final = {
    "alarms": text("alarms"),
    "bank": text("bank"),
    "battery": text("battery"),
    "input": text("input"),
    "last test": text("last test"),
    "outlet": text("outlet"),
    "output": text("output"),
    "phase": text("phase"),
    "rating": text("rating"),
    "sensor": text("sensor"),
    "strip": text("power strip"),
}
_STATES: Final = {
    "aborted": text("aborted"),
    "battery": text("on battery"),
    "booster": text("voltage raised"),
    "bypass": text("on bypass"),
    "depleted": text("depleted"),
    "failed": text("failed"),
    "false": text("no"),
    "hardwareFailureBypass": text("on bypass after a hardware failure"),
    "invalid": text("invalid"),
    "low": text("low"),
    "lowLoad": text("low load"),
    "nearOverload": text("nearly overloaded"),
    "noReplacementNeeded": text("no replacement needed"),
    "none": text("none"),
    "normal": text("normal"),
    "off": text("off"),
    "onBattery": text("on battery"),
    "onLine": text("on line"),
    "onSmartBoost": text("voltage raised"),
    "onSmartTrim": text("voltage lowered"),
    "other": text("other"),
    "overload": text("overloaded"),
    "passed": text("passed"),
    "rebooting": text("restarting"),
    "reducer": text("voltage lowered"),
    "replacementNeeded": text("replacement needed"),
    "running": text("running"),
    "sleepingUntilPowerReturn": text("off until power returns"),
    "softwareBypass": text("on bypass by command"),
    "switchedBypass": text("on bypass by switch"),
    "timedSleeping": text("off for a set time"),
    "true": text("yes"),
    "unknown": text("unknown"),
    "warning": text("warning"),
}


def sensor(name: str) -> Text:
    """Return a sensor's name: ``output 1`` is our word and the device's number."""
    for ours, word in _SENSORS.items():
        part = name.removeprefix(ours)
        if part != name and (not part or part.startswith(" ")):
            return text("{sensor} {part}", sensor=word, part=part.strip()) if part else word
    return verbatim(name)


def state(written: str) -> Text:
    """Return a state as people say it; one that no MIB we read has stays as it is."""
    return _STATES.get(written) or verbatim(written)
