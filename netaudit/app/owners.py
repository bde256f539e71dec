"""Which device an address belongs to: devices are no endpoints, but people ask for their addresses, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.facts import ArpKind, ArpRow, FdbRow, InterfaceFact
from inventory.model.location import Evidence
from inventory.model.observation import Owned
from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.model.records import DeviceView, SweepView
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry

_LAST: Final = 3
"""So many sweeps back a device's card is looked for."""


def owners(registry: Registry, sweeps: Sequence[SweepView], wanted: IPAddress | Mac) -> tuple[Owned, ...]:
    """Return the devices that are registered under an address, or said in these sweeps that it is theirs, by name.

    Several share the addresses of a virtual router. A card is asked for in the last few sweeps, the newest first.
    """
    ids = sorted((view.id for view in sweeps), reverse=True)
    known = {device.name: device for device in registry.devices()}
    if not isinstance(wanted, Mac):
        return _of_address(registry, ids, known, wanted)
    for number in ids[:_LAST]:
        rows: dict[str, dict[tuple[str | None, str], Evidence]] = {}
        for name, row in _of_card(registry, number, known, wanted):
            rows.setdefault(name, {})[row.device, row.row] = row  # a table is read several times, the last counts
        if rows:
            return tuple(Owned(name or None, known.get(name), tuple(rows[name].values())) for name in sorted(rows))
    return ()


def _of_address(
    registry: Registry, sweeps: Sequence[int], known: Mapping[str, DeviceView], wanted: IPAddress
) -> tuple[Owned, ...]:
    said: dict[str, Evidence] = {}
    for fact in registry.archive.own_addresses(sweeps, wanted):
        if fact.device not in said or said[fact.device].at < fact.at:
            said[fact.device] = Evidence("addresses", fact.device, fact.at, f"ip={fact.ip} ifIndex={fact.if_index}")
    filed = {device.name for device in known.values() if device.address == wanted}
    names = sorted(filed or said.keys())
    return tuple(Owned(name, known.get(name), (said[name],) if name in said else ()) for name in names)


def _of_card(
    registry: Registry, sweep: int, known: Mapping[str, DeviceView], mac: Mac
) -> Iterator[tuple[str, Evidence]]:
    """Yield devices and rows of one sweep that say a card is theirs; no name where a virtual router's is nobody's."""
    found = False
    for one in registry.archive.naming_card(InterfaceFact, sweep, mac):
        found = True
        yield one.device, Evidence("interfaces", one.device, one.at, f"mac={mac} interface={one.name}")
    for fact in registry.device_facts(sweep):
        if fact.bridge_mac == mac:
            found = True
            yield fact.device, Evidence("system", fact.device, fact.at, f"mac={mac} bridge address")
    at = {device.address: device.name for device in known.values()}
    for row in registry.archive.naming_card(ArpRow, sweep, mac):
        line = Evidence(row.table, row.device, row.at, f"ip={row.ip} mac={mac} type={row.kind}")
        if row.kind is ArpKind.LOCAL or row.ip in at or mac.is_virtual_router:
            found = True
            yield row.device if row.kind is ArpKind.LOCAL else at.get(row.ip, ""), line
    if mac.is_virtual_router and not found:
        for learned in registry.archive.naming_card(FdbRow, sweep, mac):
            port = f"mac={mac} ifIndex={learned.if_index} status={learned.status}"
            yield "", Evidence(learned.table, learned.device, learned.at, port)
