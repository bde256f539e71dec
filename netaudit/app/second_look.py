"""The look at devices by SSH: asked only what SNMP did not tell."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from inventory.model.errors import SettingsError
from netaudit.app.logins import login_of, note_key, ssh_limits
from probes.ssh.condition import checks
from probes.ssh.fuse import Fuses
from probes.ssh.read import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.check import DeviceCheck
    from inventory.model.records import DeviceView
    from inventory.model.transcript import Transcript
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings
    from probes.contract import SshTarget


def by_ssh(registry: Registry, settings: Settings, devices: Sequence[DeviceView]) -> dict[str, tuple[DeviceCheck, ...]]:
    """Log in to these devices and ask for their clock and the room in their MAC table."""
    believed = registry.sessions.believed()
    limits, stop, fuses = ssh_limits(settings), threading.Event(), Fuses()
    targets: list[SshTarget] = []
    for device in devices:
        try:
            targets.append(login_of(device, settings, believed))
        except SettingsError:
            continue  # ``device test`` and ``collect`` say what is wrong with the profile

    def look(target: SshTarget) -> Transcript:
        return read(target, limits, stop, fuses.of(target.credential.profile), looking=True)

    with ThreadPoolExecutor(max(1, min(limits.in_flight, len(targets))), "ssh-look") as hands:
        transcripts = list(hands.map(look, targets))
    for target, transcript in zip(targets, transcripts, strict=True):
        note_key(registry, target, transcript)
    health = settings.health
    return {one.device: checks(one, health.clock_tolerance, health.nearly_full) for one in transcripts}
