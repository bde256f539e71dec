"""Everything that bears on one address: endpoints and filings that share a card or an address with it, however far.

Cards made up at random are compared with those of the same port and name, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast, or_, select, type_coerce

from inventory.model.batch import RecordKind
from inventory.model.names import name_of
from inventory.registry import bulk
from inventory.registry.observed import observations_where
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.intervals import ADDRESS_INTERVALS, PLACE_INTERVALS
from inventory.registry.tables.observations import OBSERVATIONS, OBSERVED_IPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from inventory.model.observation import Observation
    from inventory.model.records import RegistrationView

FAR: Final = 300
"""A circle of more names than this (a firewall that answers for a network) is no faster than the whole."""


def circle(
    connection: Connection, around: Sequence[str], sweeps: Sequence[int]
) -> tuple[tuple[Observation, ...], tuple[RegistrationView, ...]] | None:
    """Return the newest observations of these sweeps and the filings around MACs or addresses; None when too many.

    Whoever is matched with a filing may take it from somebody else: the circle is closed under shared cards and
    addresses, so that comparing what is in it gives what comparing everything gives.
    """
    names = {*around}
    asked: set[str] = set()
    newest: dict[tuple[str, str], tuple[int, Observation]] = {}
    filings: dict[int, RegistrationView] = {}
    while names - asked:
        if len(names) > FAR:
            return None
        fresh = sorted(names - asked)
        asked |= names
        for sweep, seen in _observations(connection, fresh, sweeps):
            known = newest.get(seen.key)
            if known is None or (seen.last_seen, sweep) > (known[1].last_seen, known[0]):
                newest[seen.key] = (sweep, seen)
            names |= {seen.key[1], *(str(ip) for ip in seen.ips), *_alike(connection, seen, sweeps)}
        for filing in _filings(connection, fresh):
            filings[filing.id] = filing
            names |= {str(filing.mac), str(filing.ip)}
        names |= _held(connection, fresh)
    found = tuple(seen for _key, (_sweep, seen) in sorted(newest.items()))
    return found, tuple(filings[number] for number in sorted(filings))


def at_device(connection: Connection, device: str, sweeps: Sequence[int]) -> set[str]:
    """Return the cards and addresses that these sweeps, or the stays that have not ended, see at or behind a device."""
    row, stay = OBSERVATIONS.c, PLACE_INTERVALS.c
    named = (
        cast(column, Text).contains(bulk.written(device), autoescape=True) for column in (row.behind, row.alternatives)
    )
    query = select(row.identity).where(row.sweep_id.in_(sweeps), or_(row.device == device, *named))
    going = select(stay.identity).where(stay.device == device, stay.ended.is_(None))
    return {*connection.execute(query).scalars(), *connection.execute(going).scalars()}


def _observations(connection: Connection, names: Sequence[str], sweeps: Sequence[int]) -> list[tuple[int, Observation]]:
    row, address = OBSERVATIONS.c, OBSERVED_IPS.c
    at = select(address.identity).where(address.ip.in_(names), address.sweep_id.in_(sweeps))
    identities = {*names, *connection.execute(at).scalars()}
    return observations_where(connection, row.identity.in_(sorted(identities)) & row.sweep_id.in_(sweeps))


def _alike(connection: Connection, seen: Observation, sweeps: Sequence[int]) -> set[str]:
    """Return the cards that may be the same device under another one (:mod:`inventory.reconcile.likeness`)."""
    row, place, name = OBSERVATIONS.c, seen.location.place, name_of(seen)
    made_up = or_(*(row.identity.like(f"_{digit}:%") for digit in "26ae"))
    mine = seen.mac is not None and seen.mac.is_local
    found: set[str] = set()
    within = select(row.identity).where(row.sweep_id.in_(sweeps), row.mac.is_not(None))
    if mine and place is not None:
        there = within.where(made_up, row.device == place.device, row.port == place.port)
        found.update(connection.execute(there).scalars())
    if seen.mac is not None and name is not None:
        named = cast(row.evidence, Text).contains(bulk.quoted(f" name={name.name}")[1:-1], autoescape=True)
        found.update(connection.execute((within if mine else within.where(made_up)).where(named)).scalars())
    return found


def _filings(connection: Connection, names: Sequence[str]) -> list[RegistrationView]:
    shelf = SHELVES[RecordKind.REGISTRATION]
    # By their stored text: names are cards and addresses mixed.
    mac, ip = type_coerce(shelf.column("mac"), Text), type_coerce(shelf.column("ip"), Text)
    query = shelf.columns().where(or_(mac.in_(names), ip.in_(names)))
    return [shelf.view(*row) for row in connection.execute(query)]


def _held(connection: Connection, names: Sequence[str]) -> set[str]:
    """Return who held one of these addresses last, and the addresses held by these."""
    row = ADDRESS_INTERVALS.c
    # One by one: a condition with "or" is looked for in every interval that goes on.
    queries = [select(row.identity, row.ip, row.ended).where(column.in_(names)) for column in (row.ip, row.identity)]
    rows = (found for query in queries for found in connection.execute(query))
    return {name for identity, ip, ended in rows if ended is None for name in (identity, ip)}
