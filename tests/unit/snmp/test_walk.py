"""The walk gives exactly the rows of a table, however sparse it is and however its agent cuts the answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.coverage import Completeness
from inventory.model.text import verbatim
from probes.contract import ReadLimits
from probes.snmp.client import Session
from probes.snmp.pdu import ErrorStatus, Failure, Request, Response, Verb
from probes.snmp.recording import Recording

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

ENTRY: Oid = (1, 3, 6, 1, 9, 1)
COLUMNS = tuple((*ENTRY, number) for number in (2, 3, 7))
indexes = st.lists(st.integers(0, 20_000), min_size=1, max_size=3).map(tuple)
# Neighbouring objects before, between and after the columns asked for.
tables = st.dictionaries(st.tuples(st.integers(1, 9), indexes), st.integers(0, 99), max_size=60)


class _Cutting:
    """A recorded agent whose answers end early, as an agent's do whose datagrams are full."""

    bulk = True

    def __init__(self, recording: Recording, lengths: list[int]) -> None:
        self._recording = recording
        self._lengths = lengths
        self.traffic = recording.traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:
        answer = await self._recording.ask(request, until)
        assert isinstance(answer, Response)
        if request.verb is Verb.GET:
            return answer
        length = self._lengths[self.traffic.requests % len(self._lengths)]
        return replace(answer, varbinds=answer.varbinds[:length])

    async def view(self, of: int | str) -> Failure:
        return Failure(Completeness.UNSUPPORTED, verbatim(f"no view of {of}"))

    def close(self) -> None:
        """Nothing is open."""


@given(tables, st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_every_row_once_and_nothing_else(table: dict[tuple[int, Oid], int], lengths: list[int]) -> None:
    recording = Recording(((*ENTRY, column, *index), value) for (column, index), value in table.items())
    session = Session(_Cutting(recording, lengths), ReadLimits())
    read = asyncio.run(session.table(COLUMNS))

    asked = {(column[-1], position) for position, column in enumerate(COLUMNS)}
    expected: dict[Oid, list[Value | None]] = {}
    for number, position in asked:
        for (column, index), value in table.items():
            if column == number:
                expected.setdefault(index, [None] * len(COLUMNS))[position] = value
    assert read.rows == expected
    whole = read.completeness is Completeness.COMPLETE
    assert whole if expected else read.completeness in {Completeness.COMPLETE, Completeness.UNSUPPORTED}


class _Refusing:
    """An agent with nothing behind its error status."""

    bulk = True

    def __init__(self, status: int) -> None:
        self._status = status
        self.traffic = Recording([]).traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:  # noqa: ARG002 -- never waits
        if request.verb is not Verb.GET:
            return Response(0, 0, (((2, 1), 0),))
        return Response(self._status, 1, ())

    async def view(self, of: int | str) -> Failure:
        return Failure(Completeness.UNSUPPORTED, verbatim(f"no view of {of}"))

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (ErrorStatus.authorizationError, Completeness.REFUSED),
        (ErrorStatus.noSuchName, Completeness.UNSUPPORTED),
        (ErrorStatus.genErr, Completeness.TRUNCATED),
        (ErrorStatus.noError, Completeness.COMPLETE),
    ],
)
def test_no_rows_and_an_error_where_the_table_should_be(status: ErrorStatus, verdict: Completeness) -> None:
    read = asyncio.run(Session(_Refusing(status), ReadLimits()).table(COLUMNS))
    assert read.completeness is verdict
    assert read.rows == {}


@given(st.sets(st.integers(1, 30), min_size=1), st.sampled_from([*ErrorStatus]))
def test_scalars_survive_any_error(missing: set[int], status: ErrorStatus) -> None:
    """Agents that refuse a request for one object's sake are asked for the others; nothing loops."""
    objects = {(1, 3, number, 0): number for number in range(1, 31) if number not in missing}

    class Strict(Recording):
        async def ask(self, request: Request, until: float) -> Response | Failure:
            absent = [place for place, oid in enumerate(request.oids, start=1) if oid not in objects]
            if absent and status:
                self.traffic.requests += 1
                return Response(status, absent[0], ())
            return await super().ask(request, until)

    agent = Strict(objects.items())
    found = asyncio.run(Session(agent, ReadLimits()).get([(1, 3, number, 0) for number in range(1, 31)]))
    assert agent.traffic.requests <= 40
    if status is ErrorStatus.authorizationError:
        assert isinstance(found, Failure)
    else:
        assert found == {(1, 3, number, 0): objects.get((1, 3, number, 0)) for number in range(1, 31)}
