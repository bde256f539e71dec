"""Intervals from looks: opened by rows, closed by complete reads, never by silence. Pure; any order, same answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Table
from inventory.model.history import REMEMBERED, Closing, Interval, Presence, Proof, is_card
from inventory.model.location import Verdict
from inventory.reconcile import stays
from inventory.reconcile.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from inventory.model.history import CompleteRead, EndpointKey, Look, SeenAddress, SeenPlace
    from inventory.model.values import IPAddress

MISSES: Final = 3
"""So many complete reads in a row must lack an endpoint before that alone ends an interval."""


def history(looks: Iterable[Look]) -> tuple[Interval, ...]:
    """Return every interval of these sweeps, by key. Sweeps count in the order of their numbers."""
    ended: list[Interval] = []
    going: list[Interval] = []
    for look in sorted(looks, key=lambda one: one.sweep):
        changed = {one.key: one for one in advance((*going, *ended), look)}
        kept = [one for one in going if one.key not in changed]
        ended += [one for one in changed.values() if one.ended is not None]
        going = kept + [one for one in changed.values() if one.ended is None]
    return tuple(sorted((*ended, *going), key=lambda one: one.key))


def advance(going: Iterable[Interval], look: Look) -> list[Interval]:
    """Return the intervals that one more sweep opens, confirms, doubts or closes, in any order.

    Args:
        going: every interval that has not ended, and every stay that ended since the look remembers
            (:attr:`inventory.model.history.Look.remembers`); others that ended may be among them.
        look: a sweep that is newer than all of them.
    """
    return list(_Turn(look, going).changed())


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
        self._lately: dict[str, list[Interval]] = {}
        """Stays that ended, per card."""
        for one in going:
            if one.ended is not None:
                self._lately.setdefault(one.identity, []).append(one)
            else:
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

    @cached_property
    def _held(self) -> set[tuple[str, IPAddress]]:
        """Addresses of which the card is known, by this sweep or an earlier one."""
        going = (one for endpoint in self._endpoints.values() for one in endpoint.intervals)
        before = {
            (one.plane, one.ip)
            for one in going
            if one.ip is not None and (is_card(one.identity) or one.identity != str(one.ip))
        }
        return before | self._users.keys()

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
        if len(going) == len(presence.addresses) == 1 and presence.named:  # nearly always
            ((one,), (seen,)) = going, presence.addresses
            if one.ip == seen.ip:
                yield _confirmed(one, seen.proof, seen.holders)
                return
        now = {seen.ip: seen for seen in presence.addresses}
        known = {one.ip: one for one in going if one.ip is not None}
        for ip, seen in now.items():
            before = known.get(ip)
            if before is not None:
                if presence.named or (presence.plane, seen.ip) not in self._held:
                    yield _confirmed(before, seen.proof, seen.holders)
            elif presence.named or (presence.plane, seen.ip) not in self._held:
                yield _opened(presence, seen.proof, seen.holders, seen.ip)
        for ip, one in known.items():
            if ip not in now or not (presence.named or (one.plane, ip) not in self._held):
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
        now = {stays.port(seen.place): seen for seen in presence.places}
        known = {stays.port(one.place): one for one in going if one.place is not None}
        after: list[Interval] = []
        for subject, one in known.items():
            seen = now.get(subject)
            if seen is None:
                told = self._place_unseen(presence, one, gone=gone)
                after.append(told)
                if told is not one:
                    yield told
            elif one.elsewhere is not None and seen.verdict is Verdict.EXACT:
                # It was there, elsewhere, and is here again: three stays, not one.
                yield _closed(one, one.elsewhere.at, one.elsewhere, Closing.MOVED)
                yield stays.opened(presence, seen)
            else:
                yield stays.confirmed(one, presence, seen)
        for subject, seen in now.items():
            if subject not in known and not self._adds_nothing(presence, seen, after, agrees=bool(known.keys() & now)):
                yield stays.opened(presence, seen)

    def _adds_nothing(self, presence: Presence, seen: SeenPlace, others: Sequence[Interval], *, agrees: bool) -> bool:
        """Whether a row opens no stay: it repeats less exactly what is known, or is left from before the end of it.

        Args:
            presence: the endpoint.
            seen: a place where no interval has it.
            others: its stays that were not seen now, as this sweep leaves them.
            agrees: whether one of several possible places is one where it is known to be.
        """
        several = seen.verdict is Verdict.AMBIGUOUS and not agrees
        going = [one for one in others if one.ended is None]
        if any(stays.leads(presence, seen, one) or (several and self._unread(one)) for one in going):
            return True
        if presence.addresses or seen.verdict is Verdict.EXACT:
            return False
        # Switches on the way forget a little later: such a row was learned before the end as likely as after it.
        before = [one for one in self._lately.get(presence.identity, ()) if _closed_before(one, seen.proof)]
        return any(
            one.closing in {Closing.GONE, Closing.MISSED}
            and one.ended is not None
            and seen.proof.at <= one.ended + REMEMBERED
            and (several or stays.leads(presence, seen, one))
            for one in (*others, *before)
        )

    def _unread(self, one: Interval) -> bool:
        """Whether a stay at a known port could not be missed: several possible places say less."""
        return one.verdict is not Verdict.AMBIGUOUS and self._read(one, one.holders[0], Table.FDB) is None

    def _place_unseen(self, presence: Presence, one: Interval, *, gone: bool) -> Interval:
        """Return a stay as a sweep leaves it that did not see the endpoint there."""
        sure = next((seen for seen in presence.places if seen.verdict is Verdict.EXACT), None)
        nearer = stays.nearer(presence, one)
        if nearer is not None:
            return _closed(one, nearer.proof.at, nearer.proof, Closing.NEARER)
        if sure is not None and stays.among(one.place, presence.stale):
            return _closed(one, sure.proof.at, sure.proof, Closing.MOVED)
        if stays.among(one.place, presence.passed) or stays.among(one.place, presence.stale):
            return one  # its row is still there: neither seen nor missed
        read = self._read(one, one.holders[0], Table.FDB)
        above = next((seen.proof for seen in presence.places if stays.leads(presence, seen, one)), None)
        if read is not None:
            return self._place_lacking(presence, one, read, above, gone=gone)
        if above is not None:
            return one._replace(above=above)
        return one._replace(elsewhere=sure.proof) if sure is not None and one.elsewhere is None else one

    def _place_lacking(
        self, presence: Presence, one: Interval, read: CompleteRead, above: Proof | None, *, gone: bool
    ) -> Interval:
        """Return a stay as a complete read leaves it that lacked the endpoint."""
        elsewhere = stays.elsewhere(presence, one)
        if elsewhere is not None:
            return _closed(one, one.missing_since or read.at, elsewhere.proof, Closing.MOVED)
        if gone:
            return _closed(one, one.missing_since or read.at, self._lack(one, read), Closing.GONE)
        missed = self._missed(one, read)
        return missed if above is None or missed.ended is not None else missed._replace(above=above)

    # -------------------------------------------------------------- absence

    def _read(self, one: Interval, device: str, table: Table) -> CompleteRead | None:
        """Return the complete read in which an interval's endpoint could be missing: one after it was seen last.

        What was recorded elsewhere may be brought in after newer sweeps.
        """
        read = self._look.reads.get((device, table))
        return read if read is not None and read.at > one.last_seen else None

    def _lingers(self, presence: Presence, places: Sequence[Interval]) -> bool:
        """Whether nothing says where it is now but rows of switches on the way there, which forget a little later."""
        return not presence.addresses and all(
            seen.verdict is Verdict.AMBIGUOUS
            or (seen.verdict is Verdict.BOUNDED and any(stays.leads(presence, seen, one) for one in places))
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


def _opened(presence: Presence, proof: Proof, holders: tuple[str, ...], ip: IPAddress) -> Interval:
    return Interval(presence.plane, presence.identity, ip, None, proof.at, proof.at, proof, proof, holders)


def _confirmed(one: Interval, proof: Proof, holders: tuple[str, ...]) -> Interval:
    # Made directly: most intervals of a network are confirmed by every sweep, and _replace() takes three times as long.
    return Interval(
        plane=one.plane,
        identity=one.identity,
        ip=one.ip,
        place=None,
        since=one.since,
        last_seen=max(one.last_seen, proof.at),
        opened=one.opened,
        latest=proof,
        holders=holders,
        seen=one.seen + 1,
    )


def _closed_before(one: Interval, row: Proof) -> bool:
    """Whether a stay was closed before a row of a later sweep was read: the clock may have been set back."""
    return one.closed is not None and one.closed.at - REMEMBERED <= row.at


def _closed(one: Interval, at: datetime, proof: Proof, closing: Closing) -> Interval:
    return one._replace(ended=max(at, one.last_seen), closed=proof, closing=closing)
