"""Which registered device an address belongs to: devices are no endpoints, but people ask for their addresses, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.records import SweepView
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry


def owners(registry: Registry, sweeps: Sequence[SweepView], wanted: IPAddress | Mac) -> tuple[str, ...]:
    """Return the names of the devices that are registered under an address, or said in these sweeps that it is theirs.

    Several share the address of a virtual router. Of their cards only dot1dBaseBridgeAddress is known.
    """
    seen = [view.id for view in sweeps]
    if isinstance(wanted, Mac):
        return tuple(sorted({fact.device for fact in registry.device_facts(seen) if fact.bridge_mac == wanted}))
    filed = tuple(device.name for device in registry.devices() if device.address == wanted)
    if filed or not seen:
        return filed
    return tuple(sorted({fact.device for fact in registry.coverage_facts(seen).addresses if fact.ip == wanted}))
