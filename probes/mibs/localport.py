"""Which interface an LLDP local port number means.

lldpLocPortNum is a number of its own: on both testable Huawei recordings it is another port's ifIndex. So the names of
lldpLocPortTable decide, and the number itself is believed only where no name was given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.model.facts import Identifier, IdentifierKind
from probes.mibs.cells import Rows, words
from probes.mibs.identifiers import port_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from inventory.model.facts import InterfaceFact


@dataclass(frozen=True, slots=True)
class _Names:
    """The interfaces of a device by what they are called; a name two interfaces share names neither."""

    by_name: Mapping[str, int]
    by_description: Mapping[str, int]
    by_alias: Mapping[str, int]
    by_mac: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LocalPorts:
    """Resolves lldpLocPortNum to ifIndex for one device."""

    identifiers: Mapping[int, tuple[Identifier | None, str | None]]
    """lldpLocPortNum → (lldpLocPortId, lldpLocPortDesc)."""
    interfaces: Mapping[int, InterfaceFact]
    base_ports: Mapping[int, int] = field(default_factory=dict)
    names_are_complete: bool = True
    """Whether a port without a name has none, or only was not read."""
    names: _Names = field(init=False)

    def __post_init__(self) -> None:
        """Index the interfaces by name once."""
        object.__setattr__(self, "names", _names(self.interfaces.values()))

    def if_index(self, local_port: int) -> int | None:
        """Return the ifIndex of a local port number; None when nothing the device said resolves it."""
        identifier, description = self.identifiers.get(local_port, (None, None))
        silent = self.names_are_complete and identifier is None and description is None
        number = _number(identifier)
        if (named := self._named(identifier, description)) is not None:
            return named
        if number is not None and number != local_port and number in self.interfaces:
            return number
        if (mapped := self.base_ports.get(local_port)) is not None:
            return mapped
        if (silent or number == local_port) and local_port in self.interfaces:
            return local_port
        return None

    def _named(self, identifier: Identifier | None, description: str | None) -> int | None:
        names = self.names
        if identifier and identifier.kind is IdentifierKind.MAC:
            shelves = [(names.by_mac, identifier.value)]
        elif identifier and identifier.kind is IdentifierKind.INTERFACE_NAME:
            shelves = [(names.by_name, identifier.value), (names.by_description, identifier.value)]
        else:
            # Bare digits outside an interfaceName are a number, and meant as one.
            shelves = self._by_text(identifier.value if identifier and _number(identifier) is None else None)
        if description and not description.isdecimal():
            shelves += self._by_text(description)
        return next((shelf[written] for shelf, written in shelves if written in shelf), None)

    def _by_text(self, written: str | None) -> list[tuple[Mapping[str, int], str]]:
        names = self.names
        return [(shelf, written) for shelf in (names.by_name, names.by_description, names.by_alias)] if written else []


def local_ports(
    rows: Rows, interfaces: Mapping[int, InterfaceFact], base_ports: Mapping[int, int], *, complete: bool = True
) -> LocalPorts:
    """Read lldpLocPortTable, as far as it came."""
    identifiers = {
        index[0]: (port_identifier(subtype, value), words(description))
        for index, (subtype, value, description) in rows.items()
        if len(index) == 1
    }
    return LocalPorts(identifiers, interfaces, base_ports, names_are_complete=complete)


def _number(identifier: Identifier | None) -> int | None:
    """Return the number a port id is, when it is nothing but a number."""
    return int(identifier.value) if identifier and identifier.value.isascii() and identifier.value.isdecimal() else None


def _names(interfaces: Iterable[InterfaceFact]) -> _Names:
    found = tuple(interfaces)
    return _Names(
        by_name=_unique(found, lambda interface: interface.name),
        by_description=_unique(found, lambda interface: interface.description),
        by_alias=_unique(found, lambda interface: interface.alias),
        by_mac=_unique(found, lambda interface: str(interface.mac) if interface.mac else None),
    )


def _unique(interfaces: Iterable[InterfaceFact], key: Callable[[InterfaceFact], str | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    shared: set[str] = set()
    for interface in interfaces:
        called = key(interface)
        if called in found:
            shared.add(called)
        elif called:
            found[called] = interface.if_index
    return {called: if_index for called, if_index in found.items() if called not in shared}
