"""What a row is judged against: the registry's records and every other row of the same command."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_network
from typing import TYPE_CHECKING, cast

from inventory.filing.rows import key_of, records_in, values_of
from inventory.model.batch import RecordKind
from inventory.model.records import RegistrationState, RegistrationView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from inventory.filing.layout import Value
    from inventory.filing.rows import Key, Row
    from inventory.model.batch import Batch
    from inventory.model.requests import AddressRequest
    from inventory.model.values import IPAddress, IPNetwork, Mac

    Seen: TypeAlias = Callable[[Row], bool]
    """Whether a row of another file counts: rows of refused files do not."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record is known from: the registry (no row) or a row."""

    row: Row | None = None

    def counts(self, seen: Seen) -> bool:
        """Whether it may be relied on."""
        return self.row is None or seen(self.row)


STORED = Origin()


class Surroundings:
    """Lookups over stored records and all rows together."""

    def __init__(self, stored: Batch, rows: Sequence[Row], holds: Sequence[AddressRequest] = ()) -> None:
        self.held = {(hold.plane, hold.ip): hold for hold in holds}
        """Addresses that are kept for a card whose request is not decided yet."""
        self._stored: dict[tuple[RecordKind, Key], dict[str, Value]] = {}
        self._codes: dict[tuple[RecordKind, Value], list[Origin]] = defaultdict(list)
        self._names: dict[Value, set[Value]] = defaultdict(set)
        self._alike: dict[tuple[RecordKind, Value], tuple[str, ...]] = {}
        self._prefixes = _PrefixIndex()
        self.rows_of_key: dict[tuple[RecordKind, Key], list[Row]] = defaultdict(list)
        self.filed_addresses: dict[tuple[str, IPAddress], list[RegistrationView]] = defaultdict(list)
        self.filed_cards: dict[tuple[str, Mac], RegistrationView] = {}
        for kind, values in _stored_values(stored):
            self._stored[kind, cast("Key", key_of(kind, values))] = values
            self._learn(kind, values, STORED)
        for row in rows:
            if row.key is not None:
                self.rows_of_key[row.kind, row.key].append(row)
            self._learn(row.kind, row.values, Origin(row))
        for filing in stored.registrations:
            if filing.state is not RegistrationState.CANCELLED:
                self.filed_addresses[filing.plane, filing.ip].append(filing)
                self.filed_cards[filing.plane, filing.mac] = filing

    def _learn(self, kind: RecordKind, values: Mapping[str, Value], origin: Origin) -> None:
        first = values.get("name" if kind is RecordKind.DEVICE else "code")
        if first is not None:
            self._codes[kind, first].append(origin)
        if kind is RecordKind.UNIT and first is not None and values.get("name") is not None:
            self._names[values["name"]].add(first)
        if kind is RecordKind.PREFIX and "cidr" in values and "plane" in values:
            self._prefixes.add(cast("str", values["plane"]), cast("IPNetwork", values["cidr"]), origin)

    def stored(self, kind: RecordKind, key: Key | None) -> Mapping[str, Value] | None:
        """Return what the registry holds under a key."""
        return None if key is None else self._stored.get((kind, key))

    def origins(self, kind: RecordKind, code: Value) -> Sequence[Origin]:
        """Return where a unit, point or device of this code is known from."""
        return self._codes.get((kind, code), ())

    def alike(self, kind: RecordKind, code: Value) -> tuple[str, ...]:
        """Return the known codes that are spelled most like one."""
        key = (kind, code)
        if key not in self._alike:
            known = {str(one).casefold(): str(one) for of, one in self._codes if of is kind}
            near = get_close_matches(str(code).casefold(), known, 3, 0.6)
            self._alike[key] = tuple(known[one] for one in near)
        return self._alike[key]

    def unit_code(self, written: Value) -> Value:
        """Return the code of a unit written by code or by its full name."""
        if (RecordKind.UNIT, written) in self._codes:
            return written
        codes = self._names.get(written, set())
        return next(iter(codes)) if len(codes) == 1 else written

    def prefixes(self, plane: str, address: IPAddress) -> Iterator[tuple[IPNetwork, Origin]]:
        """Return the known prefixes of a plane around an address, the longest first."""
        return self._prefixes.around(plane, address)

    def parents(self) -> dict[Value, Value]:
        """Return every unit's parent as it would be once all rows are stored."""
        found = {key[0]: values["parent"] for (kind, key), values in self._stored.items() if kind is RecordKind.UNIT}
        for (kind, key), rows in self.rows_of_key.items():
            if kind is RecordKind.UNIT:
                found[key[0]] = rows[0].values.get("parent")
        return found


def _stored_values(stored: Batch) -> Iterable[tuple[RecordKind, dict[str, Value]]]:
    """Yield what is stored; a cancelled registration is not there any more."""
    for kind, views in records_in(stored).items():
        for view in views:
            if not (isinstance(view, RegistrationView) and view.state is RegistrationState.CANCELLED):
                yield kind, values_of(kind, view)


class _PrefixIndex:
    """Longest-match lookup: per plane, family and length the networks by number."""

    def __init__(self) -> None:
        self._networks: dict[tuple[str, int], dict[int, dict[int, list[Origin]]]] = {}

    def add(self, plane: str, network: IPNetwork, origin: Origin) -> None:
        lengths = self._networks.setdefault((plane, network.version), {})
        numbers = lengths.setdefault(network.prefixlen, {})
        numbers.setdefault(int(network.network_address), []).append(origin)

    def around(self, plane: str, address: IPAddress) -> Iterator[tuple[IPNetwork, Origin]]:
        lengths = self._networks.get((plane, address.version), {})
        for length in sorted(lengths, reverse=True):
            network = ip_network((address, length), strict=False)
            for origin in lengths[length].get(int(network.network_address), ()):
                yield network, origin
