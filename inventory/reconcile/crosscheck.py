"""Compare what SNMP and SSH told of the same device: MAC, VLAN, port, ARP.

Ports are compared by their names in one spelling; the member of an aggregate counts as the aggregate. A row that only
one reading has may have aged or been learned in between: such rows are counted, and are a disagreement only where they
are more than the time between the readings explains.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from inventory.model.coverage import Completeness, Table
from inventory.model.crosscheck import CrossCheck, Difference, Disagreement
from inventory.model.facts import ArpKind, FdbStatus
from inventory.model.portname import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from inventory.model.facts import ArpRow, FdbRow, InterfaceFact
    from inventory.model.factset import FactSet

_AGEING_S: Final = {Table.FDB: 300.0, Table.ARP: 1200.0}
"""After which a silent station is forgotten: what IEEE 802.1D recommends, and what switches keep ARP for."""
_ALWAYS_GONE: Final = 0.1
"""Of a table, what may come and go even between two readings right after each other."""
_WORTH_SAYING: Final = 5
"""Rows below which a share says nothing."""
_OTHER: Final = "other"
Key = TypeVar("Key")


@dataclass
class _Way(Generic[Key]):
    """One reading of one table: for each station or address what was told of it."""

    told: dict[Key, set[tuple[str, str]]] = field(default_factory=dict)
    """(port or MAC, VLAN or nothing) each."""
    at: datetime | None = None
    complete: bool = False

    def add(self, key: Key, told: tuple[str, str], at: datetime) -> None:
        self.told.setdefault(key, set()).add(told)
        self.at = at if self.at is None else max(self.at, at)


def by_ssh(table: str) -> bool:
    """Whether a row came from a command: MIB objects have no blanks in their names."""
    return " " in table


def crosschecks(facts: FactSet) -> tuple[CrossCheck, ...]:
    """Compare every table of every device that was read both ways, by device."""
    complete = {
        (entry.device, entry.table, entry.source.rpartition(" ")[2])
        for entry in facts.coverage
        if entry.completeness is Completeness.COMPLETE
    }
    asked = {(entry.device, entry.table, entry.source.rpartition(" ")[2]) for entry in facts.coverage if entry.usable}
    names = _names(facts.interfaces)
    found = []
    for device in sorted({device for device, _, _ in asked}):
        for table in (Table.FDB, Table.ARP):
            if not {(device, table, "snmp"), (device, table, "ssh")} <= asked:
                continue
            ways = _stations(device, facts.fdb, names) if table is Table.FDB else _resolved(device, facts.arp)
            for source, way in ways.items():
                way.complete = (device, table, source) in complete
            at = max(entry.at for entry in facts.coverage if entry.device == device and entry.table is table)
            found.append(_compared(device, table, at, ways["snmp"], ways["ssh"]))
    return tuple(found)


def _names(interfaces: Iterable[InterfaceFact]) -> dict[tuple[str, int], str]:
    """Return for each port the one spelling of its name, its aggregate's where it is a member."""
    plain = {(one.device, one.if_index): canonical(one.name) for one in interfaces}
    return {
        (one.device, one.if_index): plain.get((one.device, one.lag_if_index or one.if_index), canonical(one.name))
        for one in interfaces
    }


def _stations(device: str, rows: Iterable[FdbRow], names: Mapping[tuple[str, int], str]) -> dict[str, _Way[str]]:
    ways: dict[str, _Way[str]] = {"snmp": _Way(), "ssh": _Way()}
    for row in rows:
        if row.device != device or row.status is not FdbStatus.LEARNED or not row.mac.is_station:
            continue
        port = _OTHER if row.if_index is None else names.get((device, row.if_index), str(row.if_index))
        vlan = "" if row.vlan is None else str(row.vlan)
        ways["ssh" if by_ssh(row.table) else "snmp"].add(row.mac.text, (port, vlan), row.at)
    return ways


def _resolved(device: str, rows: Iterable[ArpRow]) -> dict[str, _Way[str]]:
    ways: dict[str, _Way[str]] = {"snmp": _Way(), "ssh": _Way()}
    for row in rows:
        if row.device == device and row.kind in {ArpKind.DYNAMIC, ArpKind.OTHER}:
            subject = f"{row.plane} {row.ip}"
            ways["ssh" if by_ssh(row.table) else "snmp"].add(subject, (row.mac.text, ""), row.at)
    return ways


def _compared(device: str, table: Table, at: datetime, snmp: _Way[str], ssh: _Way[str]) -> CrossCheck:
    apart = abs((snmp.at - ssh.at).total_seconds()) if snmp.at and ssh.at else 0.0
    both = snmp.told.keys() & ssh.told.keys()
    differing = [_difference(table, key, snmp.told[key], ssh.told[key]) for key in sorted(both)]
    disagreements = [one for one in differing if one is not None]
    only_snmp, only_ssh = len(snmp.told.keys() - both), len(ssh.told.keys() - both)
    agreed = len(both) - len(disagreements)
    bearable = _ALWAYS_GONE + apart / _AGEING_S[table]
    for lacking, rows, complete in (("ssh", only_snmp, ssh.complete), ("snmp", only_ssh, snmp.complete)):
        total = len(both) + rows
        if complete and rows >= _WORTH_SAYING and rows > bearable * total:
            told = str(len(snmp.told)), str(len(ssh.told))
            disagreements.append(Disagreement(Difference.MISSING, lacking, *told))
    return CrossCheck(device, table, at, apart, agreed, only_snmp, only_ssh, tuple(disagreements))


def _difference(table: Table, key: str, snmp: set[tuple[str, str]], ssh: set[tuple[str, str]]) -> Disagreement | None:
    """Return how two readings of one station or address differ; what one of them does not know is no difference."""
    if any(_same(one, other) for one in snmp for other in ssh):
        return None
    if table is Table.ARP:
        return Disagreement(Difference.MAC, key, _list(snmp, 0), _list(ssh, 0))
    if {port for port, _ in snmp} & {port for port, _ in ssh}:
        return Disagreement(Difference.VLAN, key, _list(snmp, 1), _list(ssh, 1))
    return Disagreement(Difference.PORT, key, _list(snmp, 0), _list(ssh, 0))


def _same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    where = one[0] == other[0] or _OTHER in {one[0], other[0]}
    return where and (one[1] == other[1] or "" in {one[1], other[1]})


def _list(told: set[tuple[str, str]], part: int) -> str:
    return ", ".join(sorted({one[part] for one in told if one[part]}))
