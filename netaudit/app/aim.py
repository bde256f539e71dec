"""Which devices a device command means, and how they are read: a registered one, or an address somebody vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.errors import UsageError
from inventory.model.records import DeviceRole, DeviceView
from inventory.model.text import text
from inventory.model.values import narrow
from netaudit.app.scope import ScopeRequest, exclusions, plan_scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.records import Filed
    from inventory.model.values import IPAddress
    from netaudit.settings import Settings


@dataclass(frozen=True, slots=True)
class Profiles:
    """Credential profiles for an address that is not registered. Without one it is not asked: none is guessed."""

    snmp: str | None = None
    ssh: str | None = None

    def __bool__(self) -> bool:
        return self.snmp is not None or self.ssh is not None


def aim(names: Sequence[str], filed: Filed, settings: Settings, profiles: Profiles) -> tuple[DeviceView, ...]:
    """Return the devices of these names or addresses; none named means every registered one that is not excluded.

    Raises:
        UsageError: a name is not registered or excluded, or an address is neither registered nor given a profile.
        ScopeError: an unregistered address may not be asked, or is excluded.
    """
    if not names:
        if not filed.devices:
            raise UsageError(text("No device is registered."), text("Add one: netaudit device add --help"))
        return tuple(device for device in filed.devices if not _excluded(device, filed, settings))
    found = tuple(dict.fromkeys(_one(name, filed, settings, profiles) for name in names))
    for device in found:
        if _excluded(device, filed, settings):
            raise UsageError(text("{device} is not asked: its address is excluded.", device=device.name))
    return found


def _excluded(device: DeviceView, filed: Filed, settings: Settings) -> bool:
    networks, _reasons = exclusions(settings.sweep.exclude, filed)
    return any(device.address in network for network in networks)


def _one(name: str, filed: Filed, settings: Settings, profiles: Profiles) -> DeviceView:
    address = _address(name)
    for device in filed.devices:
        if device.name == name or device.address == address:
            return device
    if address is None:
        raise UsageError(text("There is no device {name!r}.", name=name), text("See: netaudit device list"))
    if not profiles:
        raise UsageError(
            text("{address} is not a registered device, and no credential is guessed.", address=address),
            text("Name the profile to ask with, --snmp-profile or --ssh-profile, or register it: netaudit device add"),
        )
    plan_scope(ScopeRequest(targets=(str(address),), exclude=settings.sweep.exclude), filed)
    return DeviceView(str(address), address, DeviceRole.OTHER, snmp_profile=profiles.snmp, ssh_profile=profiles.ssh)


def _address(name: str) -> IPAddress | None:
    try:
        return ip_address(narrow(name).strip())
    except ValueError:
        return None
