"""A session with one agent: scalars and tables, each with how its read ended."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from inventory.model.text import text, verbatim
from probes.snmp.pace import Pace
from probes.snmp.pdu import Absent, ErrorStatus, Failure, Request, Traffic, Verb, error_name
from probes.snmp.walk import Bounds, Stats, Table, Walk
from probes.snmp.wire import open_device

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from probes.contract import DeviceTarget, ReadLimits
    from probes.mibs.cells import Oid, Value
    from probes.snmp.pdu import Agent, Response, View


class Session:
    """Reads scalars and tables from one agent, one request at a time, within the limits of one device."""

    def __init__(self, agent: Agent, limits: ReadLimits, rows_per_request: int | None = None) -> None:
        self._agent = agent
        self._limits = limits
        self._pace = Pace.remembered(rows_per_request, bulk=agent.bulk)
        self._silent = False
        self._until = time.monotonic() + limits.device_budget_s

    @property
    def traffic(self) -> Traffic:
        """What the conversation has cost so far."""
        return self._agent.traffic

    @property
    def rows_per_request(self) -> int | None:
        """The most rows the agent has shown to answer in one request; None when it answered none."""
        return self._pace.learned()

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, Value | None] | Failure:
        """Read scalars; None for those the agent does not have.

        An agent that refuses the request as a whole (all SNMPv1 agents do when one object is missing) is asked again
        without the object it named, or for each object alone.
        """
        found: dict[Oid, Value | None] = dict.fromkeys(oids)
        asked = list(oids)
        while asked:
            answer = await self._agent.ask(Request(Verb.GET, tuple(asked)), self._until)
            if isinstance(answer, Failure):
                return answer
            if answer.status == ErrorStatus.noError:
                found.update({oid: None if isinstance(value, Absent) else value for oid, value in answer.varbinds})
                return {oid: found[oid] for oid in oids}
            if answer.status == ErrorStatus.authorizationError:
                return Failure(Completeness.REFUSED, verbatim(error_name(answer.status)))
            if answer.status == ErrorStatus.noSuchName and 1 <= answer.error_index <= len(asked):
                del asked[answer.error_index - 1]
            elif len(asked) > 1:
                return await self._get_each(asked, found)
            else:
                asked.clear()
        return found

    async def table(self, columns: Sequence[Oid], *, budget_s: float | None = None) -> Table:
        """Walk several columns of one table together."""
        patience = self._limits.table_budget_s if budget_s is None else budget_s
        until = min(self._until, time.monotonic() + patience)
        if self._silent:
            return Table({}, Completeness.TIMED_OUT, text("device stopped answering"), Stats(0, 0, 0, 0.0, None))
        walk = Walk(self._agent, columns, Bounds(self._limits.max_rows, until), self._pace)
        table = await walk.run()
        # A spent time budget is no silence: what is left of the device's own budget goes to the next table.
        self._silent = walk.silent and time.monotonic() < until
        return table

    @asynccontextmanager
    async def view(self, of: View) -> AsyncIterator[Session | Failure]:
        """Talk to the same device about one VLAN or context, within what is left of the device's time."""
        agent = await self._agent.view(of)
        if isinstance(agent, Failure):
            yield agent
            return
        session = Session(agent, self._limits)
        session._until, session._pace = self._until, self._pace
        try:
            yield session
        finally:
            agent.close()

    def close(self) -> None:
        """Let go of the agent."""
        self._agent.close()

    async def _get_each(self, oids: Sequence[Oid], found: dict[Oid, Value | None]) -> dict[Oid, Value | None] | Failure:
        for oid in oids:
            answer: Response | Failure = await self._agent.ask(Request(Verb.GET, (oid,)), self._until)
            if isinstance(answer, Failure):
                return answer
            value = answer.varbinds[0][1] if answer.varbinds and not answer.status else None
            found[oid] = None if isinstance(value, Absent) else value
        return found


@asynccontextmanager
async def open_session(
    target: DeviceTarget, limits: ReadLimits, tap: Callable[[Agent], Agent] | None = None
) -> AsyncIterator[Session]:
    """Talk to a device; ``tap`` may stand between, to write down what is said.

    Raises:
        OSError: there is no route to it, or no socket left.
    """
    wire: Agent = await open_device(str(target.address), target.credential, limits)
    try:
        yield Session(tap(wire) if tap else wire, limits, target.rows_per_request)
    finally:
        wire.close()
