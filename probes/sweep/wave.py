"""A wave: addresses behind one next hop that go through the probes together, step by step, until they answer. Pure."""

from __future__ import annotations

import os
from array import array
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Final

from probes.sweep import keys
from probes.sweep.fences import Fences, part
from probes.sweep.packets import masked
from probes.sweep.permutation import Interleaving
from probes.sweep.rounds import lossy, worth_another
from probes.sweep.seal import TURNS
from probes.sweep.shares import Seen
from probes.sweep.volley import Volley

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probes.sweep.masks import Masks
    from probes.sweep.orders import Lane, Path, Probe
    from probes.sweep.replies import Claim
    from probes.sweep.shares import Share
    from probes.sweep.volley import Batch

MOST_SLOWINGS: Final = 3
"""So often a wave is asked once more at half the pace."""
LONGEST_WAIT_S: Final = 3.0
_TIMES_SLOWEST: Final = 4
_TURN_S: Final = 0.004  # what is sent in one turn of the loop took that long
_BETWEEN_S: Final = 0.005  # what is there is read before anybody is asked again
_AT_LAST_S: Final = 0.05
_BEFORE_S: Final = 1e-6
_ARP_LINGER_S: Final = 0.2  # a second station with the same address answers within this
_MOST_REPEATS: Final = 3
WHOLE_COOKIE: Final = 0xFFFFFFFF
_SETTLED, _FENCED_OFF = 1, 2
_SILENT: Final = bytes([1]) + bytes(255)
"""Makes a column of settled ones one of silent ones."""


class Wave:
    """All its addresses, row by row in the order they are asked, and how far they are."""

    def __init__(
        self,
        path: Path,
        gateway: str,
        lane: Lane | None,
        chain: tuple[Probe, ...],
        shares: Sequence[Share],
        masks: Masks,
        *,
        rounds: int,
        linger_s: float = 0.0,
    ) -> None:
        """Begin a wave.

        Args:
            path: the way to all its addresses.
            gateway: whose allowance of new addresses it uses.
            lane: what all its packets must pass.
            chain: one round of probes.
            shares: the addresses.
            masks: those of all waves.
            rounds: how often every probe is sent; 0 stands for as often as the loss asks for.
            linger_s: so long after its first packet it does not end while somebody is silent.
        """
        self._linger_s = linger_s
        self.path, self.gateway, self.lane, self.chain, self.shares = path, gateway, lane, chain, shares
        self._order = Interleaving([share.count for share in shares])
        self._addresses = self._order.merged([share.ordered() for share in shares])
        self._count = len(self._addresses)
        self._cookies = array("I", os.urandom(4 * self._count))
        self._begun: array[int] | None = None
        if any(share.begun for share in shares):
            self._begun = self._order.merged([share.ordered_begun() for share in shares])
        self._index = dict(zip(self._addresses, range(self._count), strict=True))
        self._masks = masks
        self._settled = bytearray(self._count)
        self._fences = Fences()
        for share in shares:
            if share.answered:
                self._fences.alive(part(share.runs[0][0]))
        self._parts: dict[int, list[int]] = {}
        self._volleys: list[Volley] = []  # by step
        self._heard: set[tuple[int, str, bytes | None]] = set()
        self._rounds = rounds
        self._found = Counter[int]()
        self._slowest_s: float | None = None
        self._first_sent: float | None = None
        self._last_sent = self._last_arp = float("-inf")
        self.number = 0
        """The step it is at."""
        self.repeat = False
        """Answers were lost on the way into this process: ask once more."""
        self.sent = self.alive = self._repeats = self._slowings = 0
        self._away: dict[int, float] = {}
        """Which packets are on their way to the kernel, by the first of those that leave together: since when."""
        self.hurried = False
        """Whether the last round suffered from its pace: the next must be slower."""
        self._step_began, self._step_sent = 0.0, 0
        self._open_step()

    # ------------------------------------------------------------ send

    @property
    def step(self) -> Probe:
        """The step it is at."""
        return self.chain[self.number % len(self.chain)]

    @property
    def round(self) -> int:
        """How often every probe has been sent before."""
        return self.number // len(self.chain)

    @property
    def sending(self) -> bool:
        """Whether packets of this step are still to be sent."""
        return self._volley.sending

    def ready(self, count: int, now: float) -> int:
        """Return how many of the next packets may leave: who is asked again has had time to answer."""
        if self._before is None:
            return count
        return self._volley.ready(count, self._before, now - self._wait_s(_BETWEEN_S))

    def held_s(self, now: float) -> float:
        """Return how long the next packet has to wait for that."""
        row = self._volley.row
        if self._before is None or row is None:
            return 0.0
        return max(0.0, self._before.left_at(row) + self._wait_s(_BETWEEN_S) - now)

    def take(self, count: int) -> Batch:
        """Return the next packets of this step, those left out that answered meanwhile."""
        return self._volley.take(count)

    def leaving(self, places: Sequence[int], now: float) -> None:
        """Note that packets of this step are on their way to the kernel: an answer may come before :meth:`left`."""
        self._volley.leaving(places, now)
        self._away[places[0]] = now
        self._step_began = now if self._step_sent == 0 else self._step_began
        if self._first_sent is None:
            self._first_sent = now

    def began(self, places: Sequence[int], at: float) -> None:
        """Note that packets which were leaving had to wait until then."""
        self._volley.leaving(places, at)

    def left(self, places: Sequence[int], failed: int, now: float) -> None:
        """Note that packets which were leaving have left, but for those that :meth:`failed`."""
        del self._away[places[0]]
        self.sent += len(places) - failed
        self._step_sent += len(places) - failed
        self._last_sent = now

    @property
    def pps(self) -> float:
        """At which pace this step was sent."""
        return self._step_sent / max(_TURN_S, self._last_sent - self._step_began)

    def failed(self, place: int, *, never: bool) -> None:
        """Note a packet that could not be sent; ``never``: not to this address at all."""
        row = self._volley.row_at(place)
        self._volley.forget(place)
        self._share(row).limits.add(keys.SEND_ERRORS)
        if never:
            self._settled[row] = _SETTLED

    # ------------------------------------------------------------ hear

    def expects(self, address: int, cookie: int) -> bool:
        """Say quickly whether a reply from an address may bring back this cookie: most forged ones end here."""
        row = self._index.get(address)
        return row is not None and cookie ^ self._cookies[row] in self._masks.step

    def hear(self, told: Claim, at: float) -> bool:
        """Take in a claim if its cookie proves it; ``at`` is when it arrived."""
        row = self._index.get(told.address)
        if row is None:
            return False
        number = self._answered(told, row)
        if number is None or number >= len(self._volleys):
            return False
        left_at, step = self._volleys[number].left_at(row), self.chain[number % len(self.chain)]
        if not left_at or step.kind != told.kind or step.port != told.port:
            return False
        if told.fence:
            self._fenced(told, row)
        else:
            self._note(row, Seen(told.address, told.kind, told.detail, None, told.ttl, at - left_at, at), number)
        return True

    def _fenced(self, told: Claim, row: int) -> None:
        self._share(row).limits.add(keys.PROHIBITED)
        if told.router and self._fences.forbidden(part(told.address), told.router, told.address):
            self._shut(part(told.address))

    def _answered(self, told: Claim, row: int) -> int | None:
        """Return the step a claim answers; not every answer has room for a whole cookie."""
        if told.bits == WHOLE_COOKIE:
            number = self._masks.step.get(told.cookie ^ self._cookies[row])
            return number if number is None or self._in_turn(told, number) else None
        for number in range(self.number + 1):
            step = self.chain[number % len(self.chain)]
            wanted = self._cookies[row] ^ self._masks.of[number]
            right = (step.kind, step.port) == (told.kind, told.port) and self._in_turn(told, number)
            if right and not (wanted ^ told.cookie) & told.bits:
                return number
        return None

    def _in_turn(self, told: Claim, number: int) -> bool:
        """Whether the port a claim was sent to is the one a step's packet left from."""
        return told.turn is None or told.turn == number // len(self.chain) % TURNS

    def hear_arp(self, address: int, mac: bytes, at: float) -> bool:
        """Take in an ARP reply if this address was asked."""
        row = self._index.get(address)
        times = [] if row is None else [left for volley in self._volleys if (left := volley.left_at(row))]
        if row is None or not times:
            return False
        rtt_s = at - times[0] if len(times) == 1 else None  # a reply does not say which request it answers
        self._note(row, Seen(address, self.step.kind, "arp reply", mac, None, rtt_s, at), self.number)
        self._last_arp = at
        return True

    def _note(self, row: int, seen: Seen, number: int) -> None:
        key = (row, seen.kind, seen.mac)
        if seen.rtt_s is not None and (self._slowest_s is None or seen.rtt_s > self._slowest_s):
            self._slowest_s = seen.rtt_s
        if key in self._heard:
            return
        self._heard.add(key)
        if self._settled[row] != _SETTLED:
            self._settled[row] = _SETTLED
            self._volley.drop(row)
            if self._fences.alive(part(seen.address)):
                self._open_again(part(seen.address))
            self.alive += 1
            self._found[number // len(self.chain)] += 1
        self._share(row).seen.append(seen)

    def _shut(self, closed: int) -> None:
        """Send nothing more to a part of the network, as its router wants."""
        for row in self._rows_of(closed):
            if not self._settled[row]:
                self._settled[row] = _FENCED_OFF
                self._volley.drop(row)
                self._share(row).limits.add(keys.FENCED_OFF)

    def _open_again(self, opened: int) -> None:
        """Somebody answers there after all: what the router said was about single hosts."""
        for row in self._rows_of(opened):
            self._share(row).limits.discard(keys.FENCED_OFF)
            if self._settled[row] == _FENCED_OFF:
                self._settled[row] = 0

    def _rows_of(self, wanted: int) -> list[int]:
        if not self._parts:
            for row, address in enumerate(self._addresses):
                self._parts.setdefault(part(address), []).append(row)
        return self._parts[wanted]

    def _share(self, row: int) -> Share:
        return self.shares[self._order.column(row)]

    # ------------------------------------------------------------ go on

    def due_for(self, now: float) -> bool:
        """Say whether it can go on to the next step.

        Within a round it can as soon as everything is sent: each address is waited for by itself. What is to be learnt
        from a whole round, and the end, wait for the last answer.
        """
        if self.sending or self._away:
            return False
        return not (self._judged or self.repeat) or self._asks_for_more or self.due <= now

    @property
    def _asks_for_more(self) -> bool:
        """Whether another round follows whatever the last answers are: each of them could only ask for more."""
        adaptive = not (self._rounds or self.repeat) and 0 < self.alive < self._count
        return adaptive and worth_another(self._found, self.round)

    @property
    def due(self) -> float:
        """When the wait of this step is over; meaningless while it is still sending."""
        due = self._last_sent + self._wait_s()
        return max(due, self._heard_out) if self._lingering else due

    @property
    def _heard_out(self) -> float:
        """Before this a wave does not end: a second station may answer, and somebody may be very slow."""
        after_all = self._last_arp + _ARP_LINGER_S
        if self.alive < self._count and self._first_sent is not None:
            after_all = max(after_all, self._first_sent + self._linger_s)
        return after_all

    def advance(self, now: float) -> bool:
        """Go to the next step, its wait over. False: the wave is finished."""
        if self.repeat and self._repeats < _MOST_REPEATS:
            self._repeats += 1
            self.repeat, self.hurried = False, True
        elif self._judged and not self._goes_on():
            if self._heard_out > now:
                self._lingering = True
                return True
            self._close(now)
            return False
        else:
            self.number += 1
        if self._settled.find(0) < 0:
            self._close(now)
            return False
        self._open_step()
        return True

    @property
    def _judged(self) -> bool:
        """Whether this step ends a round after which there may be no other: an adaptive sweep has two at least."""
        if self.alive == self._count:
            return True
        if (self.number + 1) % len(self.chain):
            return False
        return self.round > 0 if not self._rounds else self.round + 1 >= self._rounds

    def _goes_on(self) -> bool:
        """Decide at the end of a round whether there is another, and whether it must be slower."""
        if self.alive == self._count:
            return False
        self.hurried = self._slowings < MOST_SLOWINGS and lossy(self._found, self.round)
        if self.hurried:
            self._slowings += 1
            for share in self.shares:
                share.limits.add(keys.SLOWED_DOWN)
        return self.hurried or (not self._rounds and worth_another(self._found, self.round))

    def _wait_s(self, least: float = _AT_LAST_S) -> float:
        if self._slowest_s is None:
            return self.step.wait_s
        return min(LONGEST_WAIT_S, max(_TIMES_SLOWEST * self._slowest_s, least))

    def _open_step(self) -> None:
        self._step_sent = 0
        self._lingering = False
        rows, addresses, cookies = None, self._addresses, self._cookies
        if self.number or self._begun:
            silent = self._settled.translate(_SILENT)
            if self._begun:
                silent = bytearray(one and begun <= self.number for one, begun in zip(silent, self._begun, strict=True))
            rows = array("I", compress(range(self._count), silent))
            addresses, cookies = (array("I", compress(column, silent)) for column in (addresses, cookies))
            cookies = masked(cookies, self._masks.of[self.number])
        self._before = self._volleys[-1] if self._volleys else None
        if self._before:
            self._before.close()
        if self.number == len(self._volleys):
            self._volleys.append(Volley(rows, addresses, cookies))
        else:
            self._volleys[self.number] = Volley(rows, addresses, cookies, self._volleys[self.number])
        self._volley = self._volleys[self.number]

    def positions(self, now: float) -> list[tuple[int, int, int, int]]:
        """Return how far each share is: its number, the step, how many of its addresses have been waited for in it.

        In the order they are asked; last, how many have been in the step before. A packet whose answer may still be on
        its way is not counted: who goes on from there sends it again.
        """
        until = min([now - self._wait_s(), *(began - _BEFORE_S for began in self._away.values())])
        here = self._volley.waited_for(until)
        before = self._before.waited_for(until) if self._before else self._count
        return [
            (share.number, self.number, self._rank(column, here), self._rank(column, before))
            for column, share in enumerate(self.shares)
        ]

    def _rank(self, column: int, row: int) -> int:
        share = self.shares[column].count
        return share if row >= self._count else min(share, self._order.rank(column, row))

    def _close(self, now: float) -> None:
        if self.repeat:
            for share in self.shares:
                share.limits.add(keys.ANSWERS_LOST)
        whole = self._volleys[0].whole
        for share in self.shares:
            share.age_s = 0.0 if self._first_sent is None else now - self._first_sent
            share.asked = share.count if whole else 0
        if whole:
            return
        for row in range(self._count):
            before = self._begun is not None and self._begun[row] > 0
            self._share(row).asked += before or any(volley.left_at(row) for volley in self._volleys)
