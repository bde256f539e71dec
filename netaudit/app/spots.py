"""Devices and ports as people name them: ``sw-edu-a``, ``sw-edu-a GE0/0/5``, ``sw-edu-a:GE0/0/5``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inventory.model.portname import canonical
from inventory.model.values import narrow

if TYPE_CHECKING:
    from inventory.model.history import Interval
    from inventory.model.location import Place
    from inventory.registry.engine import Registry


class Spot(NamedTuple):
    """A device, or one of its ports as somebody spelled it."""

    device: str
    port: str | None = None

    def __str__(self) -> str:
        """Write it as one would ask for it."""
        return self.device if self.port is None else f"{self.device} {self.port}"

    def holds(self, place: Place) -> bool:
        """Whether a place is this port, or any of the device."""
        return self.names(place.device, place.port)

    def names(self, device: str, port: str) -> bool:
        """Whether a port, however it is spelled, is this one, or any of the device."""
        return device == self.device and (self.port is None or canonical(self.port) == canonical(port))


def spot_named(registry: Registry, query: str) -> Spot | None:
    """Return which registered device or port is meant; None where none is."""
    written = narrow(query).strip()
    for name in sorted((device.name for device in registry.devices()), key=len, reverse=True):
        if written.casefold() == name.casefold():
            return Spot(name)
        if written.casefold().startswith(name.casefold()) and written[len(name)] in " :,/\t":
            return Spot(name, written[len(name) :].strip(" :,/\t") or None)
    return None


def stays(registry: Registry, spot: Spot) -> tuple[Interval, ...]:
    """Return who was there, from when to when."""
    found = registry.archive.of_device(spot.device)
    return tuple(one for one in found if one.place is not None and spot.holds(one.place))
