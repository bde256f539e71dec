"""Nested values of a verdict as JSON and back, without loss: evidence, removed places, texts with their parameters."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from inventory.location.removal import removed
from inventory.model.location import Evidence, Place, Removed
from inventory.model.text import Text
from inventory.model.values import Address, Mac
from inventory.registry import bulk
from inventory.registry.columns import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_One = TypeVar("_One")

_TAG = "$"
"""The key that marks an object as an encoded value: ``{"$": "mac", "of": "00:…"}``."""

_DECODERS: dict[str, Callable[[Any], object]] = {
    "place": lambda parts: Place(*parts),
    "mac": Mac,
    "address": lambda parts: Address(parts[0], _unwrap(parts[1])),
    "ip4": IPv4Address,
    "ip6": IPv6Address,
    "net4": IPv4Network,
    "net6": IPv6Network,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "tuple": lambda parts: tuple(_unwrap(part) for part in parts),
}


def encode_text(written: Text) -> list[object]:
    """Return a text as [message, parameters].

    Raises:
        TypeError: a parameter is of a type that could not be read back.
    """
    return [written.message, {name: _wrap(value) for name, value in written.params.items()}]


def decode_text(parts: list[Any]) -> Text:
    """Inverse of :func:`encode_text`."""
    message, params = parts
    return Text(message, {name: _unwrap(value) for name, value in params.items()})


class Fragments(Generic[_One]):
    """JSON of values that recur: each is written once. Told apart by identity, so they must live on."""

    def __init__(self, write: Callable[[_One], str]) -> None:
        self._write = write
        self._known: dict[int, str] = {}

    def text(self, one: _One) -> str:
        """Return one value as JSON."""
        found = self._known.get(id(one))
        if found is None:
            found = self._known[id(one)] = self._write(one)
        return found

    def joined(self, members: Iterable[_One]) -> str:
        """Return a list as JSON."""
        return f"[{', '.join(map(self.text, members))}]"


def evidence_text(row: Evidence) -> str:
    """Return evidence as the JSON of [source, device, time, row]."""
    return f"{bulk.origin(row.source, row.device, row.at)}, {bulk.quoted(row.row)}]"


def decode_evidence(rows: list[list[Any]]) -> tuple[Evidence, ...]:
    """Inverse of :func:`evidence_text`, of several."""
    return tuple(Evidence(source, device, datetime.fromisoformat(at), row) for source, device, at, row in rows)


def located_text(rows: Fragments[Evidence], here: Sequence[Evidence], all_rows: Sequence[Evidence]) -> str:
    """Return the evidence of a place: of lines that are among all of an endpoint's, their positions only."""
    found: list[str] = []
    for line in here:
        with suppress(ValueError):
            found.append(str(all_rows.index(line)))
            continue
        found.append(rows.text(line))
    return f"[{', '.join(found)}]"


def decode_located(written: list[Any], all_rows: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Inverse of :func:`located_text`; earlier versions wrote every line out."""
    return tuple(all_rows[one] if isinstance(one, int) else decode_evidence([one])[0] for one in written)


def encode_places(places: Iterable[Place]) -> list[list[object]]:
    """Return places as [device, port, ifIndex] each."""
    return [_place(place) for place in places]


def decode_places(rows: list[list[Any]]) -> tuple[Place, ...]:
    """Inverse of :func:`encode_places`."""
    return tuple(Place(*row) for row in rows)


def removed_text(one: Removed) -> str:
    """Return a removed place as the JSON of [device, port, ifIndex, rule, what decided].

    What the rule says in words follows from these; other words are written out: [place, rule, text].
    """
    nearer = one.because.params.get("nearer", "")
    if isinstance(nearer, str) and one == removed(one.place, one.rule, nearer):
        return bulk.written([*one.place, one.rule, nearer])
    return bulk.written([_place(one.place), one.rule, encode_text(one.because)])


def decode_removed(rows: list[list[Any]]) -> tuple[Removed, ...]:
    """Inverse of :func:`removed_text`, of several; earlier versions wrote the words of all out."""
    return tuple(
        removed(Place(*row[:3]), *row[3:])
        if isinstance(row[0], str)
        else Removed(Place(*row[0]), row[1], decode_text(row[2]))
        for row in rows
    )


def _place(place: Place) -> list[object]:
    return [place.device, place.port, place.if_index]


def _wrap(value: object) -> object:
    if value is None or isinstance(value, (str, int, float)):
        return str(value) if isinstance(value, str) else value  # a member of a StrEnum is its text
    for kinds, tag, encode in _ENCODERS:
        if isinstance(value, kinds):
            return {_TAG: tag, "of": encode(value)}
    message = f"no way to store a text's parameter of type {type(value).__name__}"
    raise TypeError(message)


# A datetime is a date, too: the narrower type comes first.
_ENCODERS: tuple[tuple[type | tuple[type, ...], str, Callable[[Any], object]], ...] = (
    (Text, "text", encode_text),
    (Place, "place", _place),
    (Mac, "mac", str),
    (Address, "address", lambda address: [address.plane, _wrap(address.ip)]),
    (IPv4Address, "ip4", str),
    (IPv6Address, "ip6", str),
    (IPv4Network, "net4", str),
    (IPv6Network, "net6", str),
    (datetime, "time", lambda moment: utc(moment).isoformat()),
    (date, "date", date.isoformat),
    ((tuple, list), "tuple", lambda parts: [_wrap(part) for part in parts]),
)


_DECODERS["text"] = decode_text  # defined after the table that it needs


def _unwrap(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    return _DECODERS[value[_TAG]](value["of"]) if isinstance(value, dict) else value
