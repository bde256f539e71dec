"""Reading one table: several columns in every request, rows keyed by index, and how the read ended.

Columns asked for together give whole rows and one round trip for all of them. They are never aligned by position: each
column goes on from its own last OID, so a hole in one does not shift another. An OID that does not increase ends its
column at once (an agent that repeats itself or jumps back would otherwise be walked for ever, or read twice).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from inventory.model.text import text, verbatim
from probes.snmp.pdu import BUDGET_SPENT, Absent, ErrorStatus, Failure, Request, Response, Verb, error_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.text import Text
    from probes.mibs.cells import Oid, Value
    from probes.snmp.pace import Pace
    from probes.snmp.pdu import Agent, VarBind

_SYS_UP_TIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)
_REFUSALS = frozenset({ErrorStatus.authorizationError, ErrorStatus.noAccess})


@dataclass(frozen=True, slots=True)
class Stats:
    """What one table cost."""

    requests: int
    retries: int
    malformed: int
    seconds: float
    last_oid: Oid | None
    """The last variable that came, whatever column it belongs to."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as far as it was read."""

    rows: dict[Oid, list[Value | None]]
    """Index → one cell per column asked for; None where the agent has no such cell."""
    completeness: Completeness
    reason: Text | None
    """Why it is not complete, with the protocol's own names."""
    stats: Stats

    @property
    def usable(self) -> bool:
        """Whether its rows may be believed."""
        return self.completeness in {Completeness.COMPLETE, Completeness.TRUNCATED}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a walk ends whatever the agent says."""

    max_rows: int
    until: float
    """``time.monotonic`` at which the budget is spent."""


@dataclass(slots=True)
class _Column:
    number: int
    oid: Oid
    last: Oid
    ended: bool = False
    problem: Text | None = None
    verdict: Completeness = Completeness.TRUNCATED

    def fail(self, problem: Text, verdict: Completeness = Completeness.TRUNCATED) -> None:
        self.ended, self.problem, self.verdict = True, problem, verdict

    def leave(self, oid: Oid, last: Oid) -> None:
        """End at a name that lies behind the column, or not behind the last one."""
        if oid <= last:
            self.fail(text("OID not increasing: {oid} after {last}", oid=_dotted(oid), last=_dotted(last)))
        else:
            self.ended = True


class Walk:
    """One read of one table."""

    def __init__(self, agent: Agent, columns: Sequence[Oid], bounds: Bounds, pace: Pace) -> None:
        self._agent = agent
        self._columns = [_Column(number, oid, oid) for number, oid in enumerate(columns)]
        self._bounds = bounds
        self._pace = pace
        self._rows: dict[Oid, list[Value | None]] = {}
        self._alone = False
        self._last_oid: Oid | None = None
        self.silent = False
        """Whether the agent stopped answering anything at all."""

    async def run(self) -> Table:
        """Walk until every column has ended, then judge."""
        started, before = time.monotonic(), (self._agent.traffic.requests, self._agent.traffic.retries)
        malformed = self._agent.traffic.malformed
        while batch := [column for column in self._columns if not column.ended]:
            if time.monotonic() >= self._bounds.until:
                self._fail(batch, BUDGET_SPENT, Completeness.TIMED_OUT)
                break
            await self._step(batch[:1] if self._alone else batch)
        completeness, reason = await self._verdict()
        traffic = self._agent.traffic
        stats = Stats(
            requests=traffic.requests - before[0],
            retries=traffic.retries - before[1],
            malformed=traffic.malformed - malformed,
            seconds=time.monotonic() - started,
            last_oid=self._last_oid,
        )
        return Table(self._rows, completeness, reason, stats)

    async def _step(self, batch: list[_Column]) -> None:
        verb = self._pace.verb()
        repetitions = self._pace.repetitions(len(batch)) if verb is Verb.BULK else 0
        columns = tuple(column.oid for column in batch)
        request = Request(verb, tuple(column.last for column in batch), repetitions, columns)
        answer = await self._agent.ask(request, self._bounds.until)
        if isinstance(answer, Failure):
            await self._after_failure(batch, answer)
        elif answer.status == ErrorStatus.noError and answer.varbinds:
            self._pace.answered()
            self._take(batch, answer.varbinds)
        else:
            self._after_error(batch, answer)

    def _take(self, batch: list[_Column], varbinds: tuple[VarBind, ...]) -> None:
        for position, column in enumerate(batch):
            self._take_column(column, varbinds[position :: len(batch)])

    def _take_column(self, column: _Column, varbinds: tuple[VarBind, ...]) -> None:
        """Put what came of one column into its rows, up to where it ends; the innermost loop of every read.

        Names that increase and end inside the column are all inside: then not every one is compared with it.
        """
        prefix, size, number, width = column.oid, len(column.oid), column.number, len(self._columns)
        rows, most, previous = self._rows, self._bounds.max_rows, column.last
        inside = bool(varbinds) and varbinds[-1][0][:size] == prefix
        for oid, value in varbinds:
            if isinstance(value, Absent):
                column.ended = True
            elif oid <= previous or not (inside or oid[:size] == prefix):
                column.leave(oid, previous)
            elif width > 1 and (known := rows.get(oid[size:])) is not None:
                known[number] = value
            elif len(rows) < most:
                row: list[Value | None] = [None] * width
                row[number] = value
                rows[oid[size:]] = row
            else:
                self._fail([one for one in self._columns if not one.ended], text("more than {most} rows", most=most))
            if column.ended:
                break
            previous = oid
        if previous is not column.last:
            column.last = self._last_oid = previous

    async def _after_failure(self, batch: list[_Column], failure: Failure) -> None:
        """Ask for less when only this request went unanswered: fragments lost on the way, or a slow table."""
        alive = False
        if failure.completeness is Completeness.TIMED_OUT:
            alive = isinstance(await self._agent.ask(Request(Verb.GET, (_SYS_UP_TIME,)), self._bounds.until), Response)
            self.silent = not alive
        if alive and self._retreat(batch):
            return
        self._fail(batch if alive else self._columns, failure.reason, failure.completeness)

    def _after_error(self, batch: list[_Column], answer: Response) -> None:
        if not self._agent.bulk and answer.status == ErrorStatus.noSuchName:
            self._end_of_v1(batch, answer.error_index)
            return
        if answer.status in _REFUSALS:
            self._fail(batch, verbatim(error_name(answer.status)), Completeness.REFUSED)
            return
        many = answer.status not in {ErrorStatus.noError, ErrorStatus.tooBig}
        if not self._retreat(batch, to_one=many):
            self._fail(
                batch, verbatim(error_name(answer.status)) if answer.status else text("response without variables")
            )

    def _end_of_v1(self, batch: list[_Column], error_index: int) -> None:
        """SNMPv1 says noSuchName at the end of its objects, of the column the error index names."""
        if 1 <= error_index <= len(batch):
            batch[error_index - 1].ended = True
        elif len(batch) == 1:
            batch[0].ended = True
        else:
            self._alone = True

    def _retreat(self, batch: list[_Column], *, to_one: bool = False) -> bool:
        if self._pace.retreat(len(batch), to_one=to_one):
            return True
        if len(batch) > 1:
            self._alone = True
            return True
        return False

    def _fail(self, columns: list[_Column], problem: Text, verdict: Completeness = Completeness.TRUNCATED) -> None:
        for column in columns:
            if not column.ended:
                column.fail(problem, verdict)
        self._alone = False

    async def _verdict(self) -> tuple[Completeness, Text | None]:
        failed = next((column for column in self._columns if column.problem is not None), None)
        if failed is not None:
            if self._rows:
                return Completeness.TRUNCATED, text(
                    "{problem} after {rows} rows", problem=failed.problem, rows=len(self._rows)
                )
            return failed.verdict, failed.problem
        return (Completeness.COMPLETE, None) if self._rows else await self._is_it_there()

    async def _is_it_there(self) -> tuple[Completeness, Text | None]:
        """Tell an empty table from none (RFC 3416: noSuchInstance against noSuchObject); SNMPv1 cannot."""
        if not self._agent.bulk:
            return Completeness.UNSUPPORTED, text("no rows, and SNMPv1 cannot tell an empty table from none")
        answer = await self._agent.ask(Request(Verb.GET, ((*self._columns[0].oid, 0),)), self._bounds.until)
        if isinstance(answer, Failure):
            return answer.completeness, answer.reason
        return _presence(answer)


def _presence(answer: Response) -> tuple[Completeness, Text | None]:
    """Judge a table without rows by what a GET in it says."""
    if answer.status == ErrorStatus.noError:
        missing = bool(answer.varbinds) and answer.varbinds[0][1] is Absent.NO_SUCH_OBJECT
        return (Completeness.UNSUPPORTED, verbatim("noSuchObject")) if missing else (Completeness.COMPLETE, None)
    reason = verbatim(error_name(answer.status))
    if answer.status in _REFUSALS:
        return Completeness.REFUSED, reason
    unknown = answer.status == ErrorStatus.noSuchName
    return Completeness.UNSUPPORTED if unknown else Completeness.TRUNCATED, reason


def _dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))
