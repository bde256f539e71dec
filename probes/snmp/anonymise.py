"""A recording in which nobody and nothing can be recognised: it decodes to the same facts under other names."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final

from inventory.model.values import Mac
from probes.mibs import interfaces, lldp, system
from probes.mibs.cells import MAC_OCTETS, integer, ip_of_octets, octets, physical_address, words
from probes.mibs.privacy import Index, Tells, shape_of
from probes.platforms.catalogue import recognise
from probes.snmp.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inventory.model.pseudonyms import Pseudonyms
    from inventory.model.values import IPAddress
    from probes.mibs.cells import Oid, Value
    from probes.mibs.privacy import Shape
    from probes.snmp.pdu import View

_PORT_NAMES: Final = frozenset({interfaces.COLUMNS[0], interfaces.COLUMNS[6]})
"""ifDescr, ifName."""
_NAMES: Final = frozenset({Tells.NAME, Tells.SERIAL})
_ADDRESS_OCTETS: Final = frozenset({4, 16})
_FAMILIES: Final = {1: 4, 2: 16}
"""IANA address family numbers: IPv4, IPv6."""
_MAC_FAMILY: Final = 6
_INET: Final = {1: 4, 2: 16, 3: 4, 4: 16}
"""InetAddressType → octets of the address; 3 and 4 carry a zone of four octets behind it."""
_CHASSIS_MAC, _CHASSIS_IP = 4, 5
_PORT_ALIAS, _PORT_MAC, _PORT_IP, _PORT_INTERFACE = 1, 3, 4, 5
_LONGEST_PLAIN_NAME: Final = 1
_DOTTED_QUAD: Final = re.compile(r"[\w()-]*?\d{1,3}(?:\.\d{1,3}){3}[\w()-]*")


def anonymised(recording: Recording, pseudonyms: Pseudonyms) -> tuple[Recording, int]:
    """Return a recording with pseudonyms, and how many objects had to be left out.

    Names that stand alone somewhere are replaced wherever they stand within another text.
    """
    said = dict(recording.objects())
    own = said.get(system.SYS_OBJECT_ID)
    object_id = ".".join(map(str, own)) if isinstance(own, tuple) else None
    profile = recognise(None, object_id, words(said.get(system.SYS_DESCR)))
    return _Anonymiser(pseudonyms, dict(_names(recording, pseudonyms)), profile.interface_text).whole(recording)


def names_in(recording: Recording, pseudonyms: Pseudonyms) -> dict[str, str]:
    """Return the names and serial numbers in a recording, each with what stands for it."""
    return dict(_names(recording, pseudonyms))


def _ports(recording: Recording) -> frozenset[str]:
    """Return what the ports are called: some devices give that for an alias where nobody wrote one."""
    named = (words(value) for oid, value in recording.objects() if oid[:-1] in _PORT_NAMES)
    return frozenset(name for name in named if name)


def _names(recording: Recording, pseudonyms: Pseudonyms) -> list[tuple[str, str]]:
    found = []
    ports = _ports(recording)
    for oid, value in recording.objects():
        shaped = shape_of(oid)
        told = words(value) if shaped and shaped[1].value in _NAMES else None
        if told and shaped and told not in ports:
            instead = pseudonyms.serial(told) if shaped[1].value is Tells.SERIAL else pseudonyms.name(told)
            found.append((told, instead))
    return found + [pair for view in recording.views.values() for pair in _names(view, pseudonyms)]


class _Anonymiser:
    def __init__(
        self, pseudonyms: Pseudonyms, names: Mapping[str, str], interface_text: re.Pattern[str] | None
    ) -> None:
        self._pseudonyms = pseudonyms
        self._interface_text = interface_text
        self._ports: frozenset[str] = frozenset()
        self._names = tuple(names.items())
        self._readers: Mapping[Index, Callable[[Oid], Oid]] = {
            Index.MAC: self._mac_last,
            Index.MAC_FIRST: self._mac_first,
            Index.CONFIGURED: self._configured,
            Index.IPV4: self._ipv4_last,
            Index.INET: self._inet,
            Index.MANAGEMENT: self._management,
            Index.NAMED: self._named,
        }

    def whole(self, recording: Recording) -> tuple[Recording, int]:
        known = dict(recording.objects())
        self._ports |= _ports(recording)
        tags = recording.tags()
        made: dict[Oid, Value | None] = {}
        new_tags: dict[Oid, int] = {}
        dropped = 0
        for oid, value in known.items():
            shaped = shape_of(oid)
            if shaped is None or (shaped[1].value is Tells.NUMBER and isinstance(value, bytes)):
                dropped += 1
                continue
            column, shape = shaped
            other = (*column, *self._index(shape.index, oid[len(column) :]))
            made[other] = self._value(column, oid, shape, value, known)
            if oid in tags:
                new_tags[other] = tags[oid]
        views: dict[View, Recording] = {}
        for of, view in recording.views.items():
            called = of if isinstance(of, int) else bytes(self._letters(tuple(of.encode()))).decode()
            views[called], more = self.whole(view)
            dropped += more
        return Recording(made.items(), new_tags, views), dropped

    # ---------------------------------------------------------------- indexes

    def _index(self, kind: Index, index: Oid) -> Oid:
        return self._readers[kind](index) if kind in self._readers else index

    def _mac_last(self, index: Oid) -> Oid:
        """Return an index that ends in a card; a shorter one holds none."""
        if len(index) < MAC_OCTETS:
            return index
        return (*index[:-MAC_OCTETS], *self._card(index[-MAC_OCTETS:]))

    def _mac_first(self, index: Oid) -> Oid:
        if len(index) < MAC_OCTETS:
            return index
        return (*self._card(index[:MAC_OCTETS]), *index[MAC_OCTETS : MAC_OCTETS + 1], *self._lettered(index))

    def _ipv4_last(self, index: Oid) -> Oid:
        return (*index[:-4], *self._ip_octets(index[-4:]))

    def _card(self, arcs: Oid) -> Oid:
        try:
            return tuple(bytes.fromhex(self._pseudonyms.mac(Mac.from_bytes(bytes(arcs))).text.replace(":", "")))
        except ValueError:
            return tuple(0 for _ in arcs)

    def _ip_octets(self, arcs: Oid) -> Oid:
        ip = ip_of_octets(arcs)
        return tuple(0 for _ in arcs) if ip is None else tuple(self._pseudonyms.ip(ip).packed)

    def _lettered(self, index: Oid) -> Oid:
        """Return what follows MAC and VLAN: a name's length and its letters."""
        rest = index[MAC_OCTETS + 1 :]
        return (*rest[:1], *self._letters(rest[1:]))

    def _letters(self, arcs: Oid) -> Oid:
        if len(arcs) <= _LONGEST_PLAIN_NAME:
            return arcs
        hashed = self._pseudonyms.octets(b".".join(str(arc).encode() for arc in arcs))
        return tuple(ord("a") + hashed[place % len(hashed)] % 26 for place in range(len(arcs)))

    def _named(self, index: Oid) -> Oid:
        length = index[0] if index and 0 < index[0] < len(index) else 0
        if not length:
            return self._letters(index)
        return (length, *self._letters(index[1 : length + 1]), *index[length + 1 :])

    def _configured(self, index: Oid) -> Oid:
        made: list[int] = list(index[:1])
        position = 1
        for _ in range(2):
            length = index[position] if position < len(index) else 0
            made += [length, *self._letters(index[position + 1 : position + 1 + length])]
            position += 1 + length
        card = index[position + 1 : position + 1 + MAC_OCTETS]
        return (*made, *index[position : position + 1], *self._card(card), *index[position + 1 + MAC_OCTETS :])

    def _inet(self, index: Oid) -> Oid:
        """Return an index that ends in type, perhaps length, and octets; one that does not is blanked."""
        for start, kind in enumerate(index[:2]):
            size = _INET.get(kind, 0)
            for before in (start + 2, start + 1):
                body = index[before:]
                zoned = kind in {3, 4} and len(body) == size + 4
                if size and (len(body) == size or zoned) and (before == start + 1 or index[start + 1] == len(body)):
                    return (*index[:before], *self._ip_octets(body[:size]), *body[size:])
        return tuple(0 for _ in index)

    def _management(self, index: Oid) -> Oid:
        head, rest = index[:3], index[3:]
        if len(rest) < 2:  # noqa: PLR2004 -- family and length
            return index
        for before in (2, 1):
            body = rest[before:]
            if len(body) == _FAMILIES.get(rest[0], -1):
                return (*head, *rest[:before], *self._ip_octets(body))
            if rest[0] == _MAC_FAMILY and len(body) == MAC_OCTETS:
                return (*head, *rest[:before], *self._card(body))
        return (*head, *rest[:2], *(0 for _ in rest[2:]))

    # ---------------------------------------------------------------- values

    def _value(
        self, column: Oid, oid: Oid, shape: Shape, value: Value | None, known: Mapping[Oid, Value | None]
    ) -> Value | None:
        if shape.value is Tells.PREFIX:
            return self._prefix(value)
        raw = octets(value)
        if raw is None or not raw or shape.value is Tells.BITS:
            return value
        if shape.value in {Tells.LLDP_CHASSIS, Tells.LLDP_PORT}:
            subtype = integer(known.get((*column[:-1], column[-1] - 1, *oid[len(column) :])))
            if column == lldp.LOCAL_CHASSIS_ID:
                subtype = integer(known.get(lldp.LOCAL_CHASSIS_SUBTYPE))
            return self._identifier(shape.value, subtype, raw)
        return self._octets(shape.value, raw)

    def _octets(self, tells: Tells, raw: bytes) -> bytes:
        match tells:
            case Tells.CARD | Tells.BRIDGE:
                before = max(len(raw) - MAC_OCTETS, 0) if tells is Tells.BRIDGE else 0
                return raw[:before] + self._hardware(raw[before:])
            case Tells.ADDRESS:
                return self._address(raw)
            case Tells.SERIAL:
                return self._pseudonyms.serial(words(raw) or "").encode()
            case Tells.NAME:
                return self._name(raw)
            case Tells.PORT:
                return self._port(raw)
        alone = tells is Tells.VERSION and _DOTTED_QUAD.fullmatch(words(raw) or "")
        return raw if alone else self._words(raw)

    def _port(self, raw: bytes) -> bytes:
        """Return a port's description without the words of people that some platforms write behind its name."""
        told = words(raw) or ""
        found = self._interface_text.fullmatch(told) if self._interface_text else None
        if found is None or not found.groupdict().get("alias"):
            return self._words(raw)
        start, end = found.span("alias")
        return self._words(f"{told[:start]}{self._pseudonyms.name(told[start:end])}{told[end:]}".encode())

    def _words(self, raw: bytes) -> bytes:
        """Return a text that may stay, without what can be recognised; letters beyond ASCII are somebody's words."""
        told = words(raw)
        if told is None:
            return raw
        if not told.isascii() or not told.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
            return self._pseudonyms.name(told).encode()
        return self._pseudonyms.text(told, self._names).encode()

    def _hardware(self, raw: bytes) -> bytes:
        """Return a physical address: a card, the address of a tunnel's end, or octets nobody knows."""
        card = physical_address(raw)
        if card is not None and len(raw) != MAC_OCTETS:
            return self._pseudonyms.mac(card).text.encode()
        if len(raw) == MAC_OCTETS:
            return bytes(self._card(tuple(raw)))
        return self._address(raw)

    def _address(self, raw: bytes) -> bytes:
        ip: IPAddress | None = None
        if len(raw) in _ADDRESS_OCTETS:
            ip = IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw)  # noqa: PLR2004 -- octets of an IPv4 address
        return self._pseudonyms.octets(raw) if ip is None else self._pseudonyms.ip(ip).packed

    def _identifier(self, tells: Tells, subtype: int | None, raw: bytes) -> bytes:
        mac, address = (_CHASSIS_MAC, _CHASSIS_IP) if tells is Tells.LLDP_CHASSIS else (_PORT_MAC, _PORT_IP)
        if subtype == mac or (len(raw) == MAC_OCTETS and not raw.isascii()):
            return self._hardware(raw)
        if subtype == address:
            return raw[:1] + self._address(raw[1:]) if len(raw) - 1 in _ADDRESS_OCTETS else self._address(raw)
        if tells is Tells.LLDP_PORT and subtype != _PORT_ALIAS:
            return self._words(raw)
        return self._name(raw)

    def _name(self, raw: bytes) -> bytes:
        told = words(raw) or ""
        return raw if told in self._ports else self._pseudonyms.name(told).encode()

    def _prefix(self, value: Value | None) -> Value | None:
        """Return ipAddressPrefix: … ifIndex, type, length, octets, prefix length."""
        if not isinstance(value, tuple):
            return value
        for size in (4, 16):
            start = len(value) - 1 - size
            if start > 1 and value[start - 1] == size and value[start - 2] in _INET:
                return (*value[:start], *self._ip_octets(value[start:-1]), value[-1])
        return value
