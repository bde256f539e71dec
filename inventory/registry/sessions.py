"""The registry's memory of logins: which keys devices showed, and what they printed before it was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from inventory.model.hostkeys import HostKey, HostKeyState, HostKeyView
from inventory.model.text import text
from inventory.registry import factrows
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.section import Section
from inventory.registry.sessionrows import pack, unpack
from inventory.registry.tables.sessions import HOST_KEYS, TRANSCRIPTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import Fact
    from inventory.model.transcript import Transcript

_BELIEVED = (HostKeyState.RECORDED, HostKeyState.APPROVED)


class Sessions(Section):
    """Host keys and transcripts; made by :attr:`inventory.registry.facade.Registry.sessions`."""

    # -------------------------------------------------------------- host keys

    def host_keys(self, device: str | None = None) -> tuple[HostKeyView, ...]:
        """Return every key shown, by one device or all, by (device, first seen)."""
        with self._reading() as connection:
            return _views(connection, device)

    def believed(self) -> dict[str, frozenset[HostKey]]:
        """Return the keys that prove who a device is, by device; one that never showed any is missing."""
        found: dict[str, set[HostKey]] = {}
        for view in self.host_keys():
            if view.state in _BELIEVED:
                found.setdefault(view.device, set()).add(view.key)
        return {device: frozenset(keys) for device, keys in found.items()}

    def approve(self, device: str, fingerprint: str | None = None) -> HostKeyView:
        """Believe a key from now on, and no other of this device: the one offered, else the one recorded.

        Raises:
            RegistryError: the device showed none, or several, and ``fingerprint`` does not say which.
        """
        with self._writing() as connection:
            views = _views(connection, device)
            offered = [view for view in views if view.state is HostKeyState.OFFERED]
            wanted = (
                [view for view in views if view.key.fingerprint == fingerprint] if fingerprint else offered or views
            )
            if not wanted:
                raise _no_key(device, fingerprint)
            if len(wanted) > 1:
                raise RefusedError(
                    Reason.CONTRADICTION,
                    text("{device} showed several keys.", device=device),
                    text("Name the fingerprint of the right one; see: netaudit device host-key list"),
                )
            kept = wanted[0].key.fingerprint
            mine = HOST_KEYS.c.device == device
            connection.execute(delete(HOST_KEYS).where(mine, HOST_KEYS.c.fingerprint != kept))
            connection.execute(update(HOST_KEYS).where(mine).values(state=HostKeyState.APPROVED))
            return _views(connection, device)[0]

    def forget(self, device: str) -> int:
        """Forget every key of a device: the next contact is the first one again. Return how many there were.

        Raises:
            RegistryError: there was none.
        """
        with self._writing() as connection:
            gone = connection.execute(delete(HOST_KEYS).where(HOST_KEYS.c.device == device)).rowcount
            if not gone:
                raise _no_key(device, None)
            return gone

    # -------------------------------------------------------------- transcripts

    def store(self, sweep_id: int, plane: str, address: str, transcript: Transcript, *, trusting: bool) -> None:
        """Keep what a device printed, before anybody tries to understand it, and the key it showed."""
        with self._writing() as connection:
            row = {"sweep_id": sweep_id, "device": transcript.device, "plane": plane, "packed": pack(transcript)}
            ended = {"finished_at": transcript.finished_at, "ending": transcript.ending, "reason": transcript.reason}
            connection.execute(insert(TRANSCRIPTS).values(row | ended))
            _note_key(connection, address, transcript, trusting=trusting)

    def note_key(self, address: str, transcript: Transcript, *, trusting: bool) -> None:
        """Keep the key a device showed in a session that is not stored itself."""
        if transcript.host_key is not None:
            with self._writing() as connection:
                _note_key(connection, address, transcript, trusting=trusting)

    def transcripts(self, sweep_id: int) -> tuple[tuple[str, Transcript], ...]:
        """Return the plane and the last session of every device of a sweep, by device."""
        query = select(TRANSCRIPTS.c.device, TRANSCRIPTS.c.plane, TRANSCRIPTS.c.packed)
        query = query.where(TRANSCRIPTS.c.sweep_id == sweep_id).order_by(TRANSCRIPTS.c.id)
        with self._reading() as connection:
            last = {device: (plane, packed) for device, plane, packed in connection.execute(query)}
        return tuple((plane, unpack(packed)) for _device, (plane, packed) in sorted(last.items()))

    def drop_transcripts(self, before: datetime) -> int:
        """Delete what was printed before; what it said stays. Return how many sessions went."""
        with self._writing() as connection:
            return connection.execute(delete(TRANSCRIPTS).where(TRANSCRIPTS.c.finished_at < before)).rowcount

    def replace_reading(
        self, sweep_id: int, device: str, facts: Sequence[Fact], coverage: Sequence[TableCoverage]
    ) -> None:
        """Put what a device's output says now in the place of what it was understood to say."""
        with self._writing() as connection:
            factrows.delete_facts(connection, sweep_id, device)
            factrows.append_facts(connection, sweep_id, (*facts, *coverage))


def _note_key(connection: Connection, address: str, transcript: Transcript, *, trusting: bool) -> None:
    key = transcript.host_key
    if key is None:
        return
    device, at = transcript.device, transcript.finished_at
    old = list(transcript.handshake.old) if transcript.handshake else []
    known = _views(connection, device)
    if any(view.key == key for view in known):
        mine = (HOST_KEYS.c.device == device) & (HOST_KEYS.c.fingerprint == key.fingerprint)
        seen = {"last_seen": at, "address": address, "old_algorithms": old}
        connection.execute(update(HOST_KEYS).where(mine).values(seen))
        return
    first = trusting and not any(view.state in _BELIEVED for view in known)
    connection.execute(
        insert(HOST_KEYS).values(
            device=device,
            fingerprint=key.fingerprint,
            kind=key.kind,
            blob=key.blob,
            state=HostKeyState.RECORDED if first else HostKeyState.OFFERED,
            address=address,
            first_seen=at,
            last_seen=at,
            old_algorithms=old,
        )
    )


def _views(connection: Connection, device: str | None) -> tuple[HostKeyView, ...]:
    row = HOST_KEYS.c
    query = select(
        row.device, row.kind, row.blob, row.state, row.address, row.first_seen, row.last_seen, row.old_algorithms
    ).order_by(row.device, row.first_seen, row.fingerprint)
    if device is not None:
        query = query.where(row.device == device)
    return tuple(
        HostKeyView(name, HostKey(kind, bytes(blob)), state, address, first, last, tuple(old))
        for name, kind, blob, state, address, first, last, old in connection.execute(query)
    )


def _no_key(device: str, fingerprint: str | None) -> RefusedError:
    if fingerprint:
        said = text("{device} never showed the key {fingerprint}.", device=device, fingerprint=fingerprint)
    else:
        said = text("{device} never showed a host key.", device=device)
    return RefusedError(Reason.UNKNOWN_KEY, said, text("See: netaudit device host-key list"))
