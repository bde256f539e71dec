"""Intervals from looks: opened by rows, closed by complete reads, never by silence. Pure; any order, same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.model.coverage import Table
from inventory.model.history import Closing, Interval, Presence, Proof, is_card
from inventory.model.location import Verdict
from inventory.reconcile.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from inventory.model.history import CompleteRead, EndpointKey, Look, SeenAddress, SeenPlace
    from inventory.model.location import Place
    from inventory.model.values import IPAddress

MISSES: Final = 3
"""So many complete reads in a row must lack an endpoint before that alone ends an interval."""

_Subject: TypeAlias = "tuple[str, str]"
"""("", address) or (device, port)."""


def history(looks: Iterable[Look]) -> tuple[Interval, ...]:
    """Return every interval of these sweeps, by key. Sweeps count in the order of their numbers."""
    ended: list[Interval] = []
    going: list[Interval] = []
    for look in sorted(looks, key=lambda one: one.sweep):
        changed = {one.key: one for one in advance(going, look)}
        kept = [one for one in going if one.key not in changed]
        ended += [one for one in changed.values() if one.ended is not None]
        going = kept + [one for one in changed.values() if one.ended is None]
    return tuple(sorted((*ended, *going), key=lambda one: one.key))


def advance(going: Iterable[Interval], look: Look) -> list[Interval]:
    """Return the intervals that one more sweep opens, confirms, doubts or closes, by key.

    Args:
        going: every interval that has not ended.
        look: a sweep that is newer than all of them.
    """
    turn = _Turn(look, going)
    return sorted(turn.changed(), key=lambda one: one.key)


@dataclass
class _Endpoint:
    """One endpoint: what was known, and what is said now."""

    intervals: list[Interval]
    presence: Presence | None


class _Turn:
    def __init__(self, look: Look, going: Iterable[Interval]) -> None:
        self._look = look
        self._asked = Asked(look.asked)
        self._endpoints: dict[EndpointKey, _Endpoint] = {}
        for one in going:
            self._endpoints.setdefault(one.endpoint, _Endpoint([], None)).intervals.append(one)
        self._addressed = {one.identity: one for one in look.presences if one.addresses and one.named}
        """Cards that used an address in this sweep."""
        for presence in self._in_their_planes(look.presences):
            self._endpoints.setdefault(presence.endpoint, _Endpoint([], None)).presence = presence
        self._answered: set[tuple[str, IPAddress]] = set()
        """Addresses that somebody used in this sweep."""
        self._users: dict[tuple[str, IPAddress], dict[str, SeenAddress]] = {}
        """Which cards used an address in this sweep."""
        for presence in look.presences:
            for seen in presence.addresses:
                self._answered.add((presence.plane, seen.ip))
                if presence.named:
                    self._users.setdefault((presence.plane, seen.ip), {})[presence.identity] = seen
        self._held: set[tuple[str, IPAddress]] = set(self._users)
        """Addresses of which the card is known, by this sweep or an earlier one."""
        for one in (one for endpoint in self._endpoints.values() for one in endpoint.intervals):
            if one.ip is not None and (is_card(one.identity) or one.identity != str(one.ip)):
                self._held.add((one.plane, one.ip))

    def _in_their_planes(self, presences: Iterable[Presence]) -> Iterator[Presence]:
        """A forwarding table names no plane: a card that only such tables saw is where its address is known to be."""
        planes: dict[str, set[str]] = {}
        for (plane, identity), endpoint in self._endpoints.items():
            if any(one.ip is not None for one in endpoint.intervals):
                planes.setdefault(identity, set()).add(plane)
        for one in presences:
            known = set() if one.addresses else planes.get(one.identity, set()) - {one.plane}
            if not known:
                yield one
            for plane in known:
                yield one._replace(plane=plane)

    def changed(self) -> Iterator[Interval]:
        for key, endpoint in self._endpoints.items():
            elsewhere = self._addressed.get(key[1])
            if endpoint.presence is None and elsewhere is not None and self._planeless(endpoint):
                row = elsewhere.addresses[0].proof
                yield from (_closed(one, row.at, row, Closing.IDENTIFIED) for one in endpoint.intervals)
                continue
            presence = endpoint.presence or Presence(*key)
            addresses = [one for one in endpoint.intervals if one.ip is not None]
            places = [one for one in endpoint.intervals if one.place is not None]
            gone = self._lingers(presence, places) and self._gone(addresses, places)
            yield from self._addresses(presence, addresses, gone=gone)
            yield from self._places(presence, places, gone=gone)

    def _planeless(self, endpoint: _Endpoint) -> bool:
        return all(one.ip is None for one in endpoint.intervals)

    # ------------------------------------------------------------ addresses

    def _addresses(self, presence: Presence, going: Sequence[Interval], *, gone: bool) -> Iterator[Interval]:
        now = {("", str(seen.ip)): seen for seen in presence.addresses}
        known = {_subject(one): one for one in going}
        for subject, seen in now.items():
            before = known.get(subject)
            if before is not None:
                if presence.named or (presence.plane, seen.ip) not in self._held:
                    yield _confirmed(before, seen.proof, seen.holders)
            elif presence.named or (presence.plane, seen.ip) not in self._held:
                yield _opened(presence, seen.proof, seen.holders, ip=seen.ip)
        for subject, one in known.items():
            if subject not in now or not (presence.named or (one.plane, one.ip) not in self._held):
                yield from self._address_unseen(presence, one, going, gone=gone)

    def _address_unseen(
        self, presence: Presence, one: Interval, going: Sequence[Interval], *, gone: bool
    ) -> Iterator[Interval]:
        ip = one.ip
        if ip is None:
            return
        if one.identity == str(ip) and (one.plane, ip) in self._held:
            user = min(self._users.get((one.plane, ip), {}).items(), default=None)
            by = user[1].proof if user else one.latest._replace(sweep=self._look.sweep)
            yield _closed(one, by.at, by, Closing.IDENTIFIED)
            return
        reads = [self._read(one, device, Table.ARP) for device in one.holders]
        if not one.holders:
            # Only probes saw it: who was asked and did not answer was missed, but not proven away.
            if self._asked.holds(one.plane, ip) and (one.plane, ip) not in self._answered:
                yield self._missed(one, None)
            return
        complete = [read for read in reads if read is not None]
        if len(complete) < len(reads):
            return
        settled = min(complete, key=lambda read: (read.at, read.source))
        taker = self._taker(one, ip)
        if taker is not None:
            yield _closed(one, one.missing_since or settled.at, taker, Closing.TAKEN)
        elif gone:
            yield _closed(one, one.missing_since or settled.at, self._lack(one, settled), Closing.GONE)
        elif self._changed_address(presence, one, going):
            yield _closed(one, one.missing_since or settled.at, self._lack(one, settled), Closing.MOVED)
        else:
            yield self._missed(one, settled)

    def _taker(self, one: Interval, ip: IPAddress) -> Proof | None:
        """Return the row that gives the address to another card at the same gateway."""
        others = self._users.get((one.plane, ip), {})
        rows = [seen.proof for identity, seen in sorted(others.items()) if identity != one.identity and seen.holders]
        rows = [row for row in rows if row.device in one.holders]
        return rows[0] if rows else None

    def _changed_address(self, presence: Presence, one: Interval, going: Sequence[Interval]) -> bool:
        """Whether the endpoint was resolved to another address by the same gateway, and never used both at once."""
        for seen in presence.addresses:
            if one.ip is None or seen.ip.version != one.ip.version or seen.ip.is_link_local != one.ip.is_link_local:
                continue
            before = next((other for other in going if other.ip == seen.ip), None)
            together = before is not None and before.latest.sweep >= one.latest.sweep
            if not together and set(one.holders) & set(seen.holders):
                return True
        return False

    # --------------------------------------------------------------- places

    def _places(self, presence: Presence, going: Sequence[Interval], *, gone: bool) -> Iterator[Interval]:
        now = {_port(seen.place): seen for seen in presence.places}
        known = {_subject(one): one for one in going}
        sure = next((seen for seen in presence.places if seen.verdict is Verdict.EXACT), None)
        for subject, seen in now.items():
            before = known.get(subject)
            if before is None:
                if not self._told_better(presence, seen, going):
                    yield _opened(presence, seen.proof, (seen.place.device,), place=seen)
            elif before.elsewhere is not None and seen.verdict is Verdict.EXACT:
                # It was there, elsewhere, and is here again: three stays, not one.
                yield _closed(before, before.elsewhere.at, before.elsewhere, Closing.MOVED)
                yield _opened(presence, seen.proof, (seen.place.device,), place=seen)
            else:
                yield _confirmed(before, seen.proof, (seen.place.device,), place=seen)
        for subject, one in known.items():
            if subject not in now:
                yield from self._place_unseen(presence, one, sure, gone=gone)

    def _told_better(self, presence: Presence, seen: SeenPlace, going: Sequence[Interval]) -> bool:
        """Whether a bounded place only repeats, less exactly, where the endpoint is known to be."""
        return seen.verdict is Verdict.BOUNDED and any(
            one.place is not None and one.place.device in presence.behind for one in going
        )

    def _place_unseen(
        self, presence: Presence, one: Interval, sure: SeenPlace | None, *, gone: bool
    ) -> Iterator[Interval]:
        place = one.place
        if place is None:
            return
        if sure is not None and place in presence.passed:
            yield _closed(one, sure.proof.at, sure.proof, Closing.NEARER)
            return
        if sure is not None and place in presence.stale:
            yield _closed(one, sure.proof.at, sure.proof, Closing.MOVED)
            return
        if place in presence.passed or place in presence.stale:
            return  # its row is still there: neither seen nor missed
        read = self._read(one, place.device, Table.FDB)
        moved = sure or self._bounded_elsewhere(presence, place)
        if read is None:
            if sure is not None and one.elsewhere is None:
                yield one._replace(elsewhere=sure.proof)
        elif moved is not None:
            yield _closed(one, one.missing_since or read.at, moved.proof, Closing.MOVED)
        elif gone:
            yield _closed(one, one.missing_since or read.at, self._lack(one, read), Closing.GONE)
        else:
            yield self._missed(one, read)

    def _bounded_elsewhere(self, presence: Presence, place: Place) -> SeenPlace | None:
        """Return the bounded place that cannot be the same one: the device is not among those behind it."""
        for seen in presence.places:
            if seen.verdict is Verdict.BOUNDED and place.device not in presence.behind:
                return seen
        return None

    # -------------------------------------------------------------- absence

    def _read(self, one: Interval, device: str, table: Table) -> CompleteRead | None:
        """Return the complete read in which an interval's endpoint could be missing: one after it was seen last.

        What was recorded elsewhere may be brought in after newer sweeps.
        """
        read = self._look.reads.get((device, table))
        return read if read is not None and read.at > one.last_seen else None

    def _lingers(self, presence: Presence, places: Sequence[Interval]) -> bool:
        """Whether nothing says where it is now but rows of switches on the way there, which forget a little later."""
        devices = {one.place.device for one in places if one.place is not None}
        return not presence.addresses and all(
            seen.verdict is Verdict.AMBIGUOUS or (seen.verdict is Verdict.BOUNDED and bool(devices & presence.behind))
            for seen in presence.places
        )

    def _gone(self, addresses: Sequence[Interval], places: Sequence[Interval]) -> bool:
        """Whether probes, gateways and switches all looked for the endpoint and none saw it."""
        return (
            bool(addresses)
            and bool(places)
            and all(self._address_missed(one) for one in addresses)
            and all(self._read(one, one.holders[0], Table.FDB) is not None for one in places)
        )

    def _address_missed(self, one: Interval) -> bool:
        return (
            one.ip is not None
            and bool(one.holders)
            and (one.plane, one.ip) not in self._answered
            and self._asked.holds(one.plane, one.ip)
            and all(self._read(one, device, Table.ARP) is not None for device in one.holders)
        )

    def _missed(self, one: Interval, read: CompleteRead | None) -> Interval:
        """Count a miss; the last of several closes. Of silence to probes alone the end is not known more exactly."""
        at = read.at if read is not None else one.last_seen
        since = one.missing_since or at
        if one.misses + 1 >= MISSES:
            return _closed(one, since, self._lack(one, read), Closing.MISSED)
        return one._replace(misses=one.misses + 1, missing_since=since)

    def _lack(self, one: Interval, read: CompleteRead | None) -> Proof:
        """Put a complete read that lacks the endpoint into a row."""
        if read is None:
            return Proof("probe", None, one.last_seen, f"ip={one.ip} no answer", self._look.sweep)
        what = f"ip={one.ip}" if one.ip is not None else f"mac={one.identity}"
        return Proof(read.source, one.holders[0], read.at, f"{what} not among {read.rows} rows", self._look.sweep)


def _subject(one: Interval) -> _Subject:
    return _port(one.place) if one.place is not None else ("", str(one.ip))


def _port(place: Place) -> _Subject:
    return place.device, place.port


def _opened(
    presence: Presence,
    proof: Proof,
    holders: tuple[str, ...],
    *,
    ip: IPAddress | None = None,
    place: SeenPlace | None = None,
) -> Interval:
    return Interval(
        plane=presence.plane,
        identity=presence.identity,
        ip=ip,
        place=None if place is None else place.place,
        since=proof.at,
        last_seen=proof.at,
        opened=proof,
        latest=proof,
        holders=holders,
        verdict=None if place is None else place.verdict,
        vlan=None if place is None else place.vlan,
    )


def _confirmed(one: Interval, proof: Proof, holders: tuple[str, ...], place: SeenPlace | None = None) -> Interval:
    # Made directly: most intervals of a network are confirmed by every sweep, and _replace() takes three times as long.
    return Interval(
        plane=one.plane,
        identity=one.identity,
        ip=one.ip,
        place=one.place if place is None else place.place,
        since=one.since,
        last_seen=max(one.last_seen, proof.at),
        opened=one.opened,
        latest=proof,
        holders=holders,
        seen=one.seen + 1,
        verdict=one.verdict if place is None else place.verdict,
        vlan=one.vlan if place is None else place.vlan,
    )


def _closed(one: Interval, at: datetime, proof: Proof, closing: Closing) -> Interval:
    return one._replace(ended=max(at, one.last_seen), closed=proof, closing=closing)
