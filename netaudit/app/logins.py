"""Devices that are read by SSH: joined with their login and with the host keys that are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.errors import SettingsError
from inventory.model.sweep import Skipped
from inventory.model.values import PUBLIC_PLANE
from netaudit.credentials import ssh_credential
from probes.contract import SshLimits, SshTarget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.hostkeys import HostKey
    from inventory.model.records import DeviceView
    from inventory.model.transcript import Transcript
    from inventory.model.values import IPNetwork
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def logins(
    names: Sequence[str],
    devices: Sequence[DeviceView],
    settings: Settings,
    excluded: Sequence[IPNetwork],
    believed: Mapping[str, frozenset[HostKey]],
) -> tuple[list[SshTarget], list[Skipped]]:
    """Return the named devices that have an SSH profile; one whose login cannot be used is skipped with the reason."""
    targets, skipped = [], []
    for device in devices:
        if device.name not in names or device.ssh_profile is None:
            continue
        if any(device.address in network for network in excluded):
            continue
        try:
            targets.append(login_of(device, settings, believed))
        except SettingsError as error:
            skipped.append(Skipped(device.name, error.message))
    return targets, skipped


def login_of(device: DeviceView, settings: Settings, believed: Mapping[str, frozenset[HostKey]]) -> SshTarget:
    """Join a device that has an SSH profile with what it is logged in to with.

    Raises:
        SettingsError: the profile is missing, or its secret cannot be used.
    """
    return SshTarget(
        device.name,
        device.address,
        PUBLIC_PLANE,
        ssh_credential(settings, device.ssh_profile or ""),
        device.platform,
        believed.get(device.name, frozenset()),
        trusting=settings.collect.ssh_host_keys == "record",
    )


def note_key(registry: Registry, target: SshTarget, transcript: Transcript) -> None:
    """Keep the host key a device showed: the first one waits for approval, another one raises the alarm."""
    address = f"{target.address} port {target.credential.port}"
    registry.sessions.note_key(address, transcript, trusting=target.trusting)


def ssh_limits(settings: Settings) -> SshLimits:
    """Return how patient a login is."""
    wanted = settings.collect
    return SshLimits(
        connect_timeout_s=min(10.0, wanted.ssh_login_timeout),
        login_timeout_s=wanted.ssh_login_timeout,
        device_budget_s=wanted.device_budget,
        in_flight=wanted.ssh_devices_in_flight,
    )
