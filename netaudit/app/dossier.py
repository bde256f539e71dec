"""A unit's own file: its contacts, who handed over to whom, and what it says about its network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inventory.filing.contacts import on_duty
from inventory.filing.lifecycle import Refusal
from inventory.filing.profile import BY_KEY, PROFILE, cells_of, differing, revised
from inventory.model.dossiers import HandoverView, ProfileView, Successor
from inventory.model.errors import UsageError
from inventory.model.records import ContactRole
from inventory.model.text import text
from inventory.model.values import rfc3339
from netaudit.app import accounts
from netaudit.app.answer import Report
from netaudit.app.succession import Renamed, rename
from reports import columns as c
from reports import vocabulary
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.cases import Actor
    from inventory.model.records import ContactView
    from inventory.model.text import Text
    from inventory.registry.engine import Registry
    from reports.data import Json, Object

__all__ = [
    "PROFILE",
    "ContactRole",
    "Handed",
    "Successor",
    "change_profile",
    "hand_over",
    "handovers",
    "profiles",
    "role_word",
]

_WHAT: Final = Column("what", text("Column"), width=26)
_SAID: Final = Column("value", text("Value"), width=40)
_OUTGOING: Final = Column("outgoing", text("Handed over by"), width=14)
_INCOMING: Final = Column("incoming", text("Taken over by"), width=14)
_CASES: Final = Column("open_cases", text("Open cases"), Kind.INT, 10)
_ACCOUNT: Final = Column("account_to", text("Account"), Kind.CODE, 14)
_LIST: Final = tuple(
    Column(key, BY_KEY[key].title, Kind.INT if key in {"declared_endpoints", "wireless_aps"} else Kind.TEXT, 14)
    for key in ("access_device", "managed_by", "nat", "dhcp", "wireless_aps", "internet_exit", "declared_endpoints")
)
_REPORTED: Final = Column("reported_at", text("Filed at"), Kind.TIME, 16)


@dataclass(frozen=True, slots=True)
class People:
    """Who is there for a unit."""

    on_duty: tuple[ContactView, ...]
    former: tuple[ContactView, ...]
    handovers: tuple[HandoverView, ...]

    @property
    def lacks(self) -> tuple[ContactRole, ...]:
        """The duties nobody has."""
        return tuple(role for role in ContactRole if all(contact.role is not role for contact in self.on_duty))


@dataclass(frozen=True, slots=True)
class Handed:
    """A handover, and the one-time code of the new account."""

    view: HandoverView
    code: str | None
    renamed: Renamed | None = None
    """What became of registrations that named the person who left; None: they were not to be changed."""


class DossierError(UsageError):
    """What cannot be written into a unit's file."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason, refusal.hint)


def today() -> datetime:
    """Return now with the local zone: duties begin and end with local days."""
    return datetime.now(UTC).astimezone()


def role_word(role: ContactRole) -> Text:
    """Return how people call a duty."""
    return vocabulary.word(role) or text("contact")


def people(registry: Registry, unit: str) -> People:
    """Return a unit's contacts and handovers."""
    contacts = registry.desk.dossiers.contacts(unit)
    now = on_duty(contacts, today().date())
    former = tuple(contact for contact in contacts if contact not in now)
    return People(now, former, registry.desk.dossiers.handovers(unit))


def hand_over(registry: Registry, asked: Successor, actor: Actor, *, renaming: bool = False) -> Handed:
    """Give a duty to somebody; with an account, return its one-time code.

    Args:
        registry: where.
        asked: who takes over what.
        actor: who says so.
        renaming: name the new person as user, too, where registrations of the unit name the one who left.

    Raises:
        UsageError: nobody hands over, or the account is not the unit's.
    """
    if asked.account_to is not None:
        accounts.check_name(asked.account_to)
    done = registry.desk.dossiers.hand_over(asked, actor, today().date())
    if isinstance(done, Refusal):
        raise DossierError(done)
    code = accounts.invite(registry, asked.account_to, actor=actor.name) if asked.account_to is not None else None
    return Handed(done, code, rename(registry, done, asked.phone, actor) if renaming else None)


def profile(registry: Registry, unit: str) -> ProfileView:
    """Return what a unit says about its network.

    Raises:
        UsageError: there is no such unit.
    """
    found = registry.desk.dossiers.profile(unit)
    if found is None:
        raise UsageError(text("There is no {kind} {key}.", kind=text("unit"), key=unit))
    return found


def change_profile(
    registry: Registry, unit: str, written: Mapping[str, str], actor: Actor, *, version: int | None = None
) -> tuple[str, ...] | Refusal:
    """Change columns of a unit's profile; return the keys of those that changed.

    Args:
        registry: where.
        unit: whose.
        written: cells by column key; an empty one clears the column.
        actor: who says so.
        version: the version the person looked at; None: whichever is there.

    Raises:
        UsageError: there is no such unit.
    """
    before = profile(registry, unit)
    after = revised(before, written)
    if isinstance(after, Refusal):
        return after
    if version is not None and version != before.version:
        return Refusal(
            text("Somebody changed this sheet meanwhile; nothing was stored."),
            text("Look at it again, then repeat the change."),
        )
    done = registry.desk.dossiers.file_profile(after, actor)
    return done if isinstance(done, Refusal) else differing(before, done)


def show_profile(registry: Registry, unit: str) -> Report:
    """Show what a unit says about its network.

    Raises:
        UsageError: there is no such unit.
    """
    found = profile(registry, unit)
    rows = tuple(Row((column.title, getattr(found, column.key))) for column in PROFILE)
    lines = (Line(text("Unit"), unit), Line(text("Filed at"), found.reported_at), Line(text("By"), found.reported_by))
    title = text("The unit's network")
    table = Table((_WHAT, _SAID), rows)
    document = Document("unit-profile", title, None, lines, (Section(None, blocks=(table,)),), (), version=1)
    return Report(document, _profile_json(found))


def profiles(registry: Registry) -> Report:
    """List what every unit says about its network."""
    found = registry.desk.dossiers.profiles()
    rows = tuple(Row((view.unit, *(getattr(view, column.key) for column in _LIST), view.reported_at)) for view in found)
    return _listed(
        "unit-profiles", text("Units' networks"), Table((c.UNIT, *_LIST, _REPORTED), rows),
        [_profile_json(view) for view in found],
    )  # fmt: skip


def _profile_json(view: ProfileView) -> Object:
    numbers = {key: getattr(view, key) for key, column in BY_KEY.items() if column.kind.value == "integer"}
    return {
        "unit": view.unit,
        **{key: cell or None for key, cell in cells_of(view).items()},
        **numbers,
        "version": view.version,
        "reported_at": None if view.reported_at is None else rfc3339(view.reported_at),
        "reported_by": view.reported_by,
    }


def handovers(registry: Registry, unit: str | None = None) -> Report:
    """List who handed over to whom, newest first."""
    found = registry.desk.dossiers.handovers(unit)
    rows = tuple(Row((h.at, h.unit, h.role, h.outgoing, h.incoming, len(h.open_cases), h.account_to)) for h in found)
    table = Table((c.AT, c.UNIT, c.ROLE, _OUTGOING, _INCOMING, _CASES, _ACCOUNT), rows)
    data: list[Json] = [
        {
            "id": h.id, "at": rfc3339(h.at), "unit": h.unit, "role": h.role.value, "outgoing": h.outgoing,
            "incoming": h.incoming, "actor": h.actor, "open_cases": [*h.open_cases], "account_from": h.account_from,
            "account_to": h.account_to, "note": h.note,
        }
        for h in found
    ]  # fmt: skip
    return _listed("handovers", text("Handovers"), table, data)


def _listed(key: str, title: Text, table: Table, data: Sequence[Json]) -> Report:
    lines = (Line(text("Number"), len(table.rows)),)
    document = Document(
        key, title, None, lines, (Section(None, blocks=(table,)),), (Sheet(key, title, table),), version=1
    )
    return Report(document, [*data])
