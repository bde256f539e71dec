"""What logins by SSH showed of the devices themselves: old algorithms, another host key than the one believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.hostkeys import HostKeyState
from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.hostkeys import HostKeyView


_STATES: Final = {
    HostKeyState.RECORDED: text("recorded"),
    HostKeyState.APPROVED: text("approved"),
    HostKeyState.OFFERED: text("not believed"),
}


def login_checks(keys: Iterable[HostKeyView]) -> tuple[DeviceCheck, ...]:
    """Judge the keys devices showed; one that was never logged in to says nothing."""
    shown: dict[str, list[HostKeyView]] = {}
    for view in sorted(keys, key=lambda one: (one.device, one.last_seen, one.key.fingerprint)):
        shown.setdefault(view.device, []).append(view)
    return tuple(check for device in sorted(shown) for check in (_key(shown[device]), _algorithms(shown[device])))


def _key(views: Sequence[HostKeyView]) -> DeviceCheck:
    last = views[-1]
    offered = [view for view in views if view.state is HostKeyState.OFFERED]
    believed = [view for view in views if view.state is not HostKeyState.OFFERED]
    if offered and (not believed or offered[-1].last_seen >= believed[-1].last_seen):
        shown = f"{offered[-1].key.kind} {offered[-1].key.fingerprint}"
        evidence = text("{shown} shown; none is believed", shown=shown)
        if believed:
            known = believed[-1].key.fingerprint
            evidence = text("{shown} shown; believed is {known}", shown=shown, known=known)
        return DeviceCheck(last.device, Check.HOST_KEY, CheckResult.ATTENTION, evidence, offered[-1].last_seen)
    evidence = text("{key}: {state}", key=f"{last.key.kind} {last.key.fingerprint}", state=_STATES[last.state])
    return DeviceCheck(last.device, Check.HOST_KEY, CheckResult.GOOD, evidence, last.last_seen)


def _algorithms(views: Sequence[HostKeyView]) -> DeviceCheck:
    last = views[-1]
    old = ", ".join(last.old_algorithms)
    result = CheckResult.ATTENTION if old else CheckResult.GOOD
    evidence = text("no longer safe: {algorithms}", algorithms=old) if old else text("none that is no longer safe")
    return DeviceCheck(last.device, Check.SSH_ALGORITHMS, result, evidence, last.last_seen)
