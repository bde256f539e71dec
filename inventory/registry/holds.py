"""Whether an address is held for somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from inventory.filing.lifecycle import Refusal
from inventory.model.requests import RequestState
from inventory.model.text import text
from inventory.registry.tables.requests import RequestRecord

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from inventory.model.values import IPAddress, Mac


def held_for(connection: Connection, plane: str, ip: IPAddress, mac: Mac | None, now: datetime) -> Refusal | None:
    """Refuse what would file an address that is held for another card than ``mac``."""
    row = RequestRecord
    query = select(row.unit, row.mac, row.until).where(
        row.plane == plane, row.ip == ip, row.state == RequestState.HELD, row.until > now
    )
    for unit, other, until in connection.execute(query):
        if other != mac:
            return Refusal(
                text("{ip} is held for the unit {unit} until {date}.", ip=ip, unit=unit, date=until.date()),
                text("Choose another address."),
                "ip",
            )
    return None
