"""Somebody with access to the database changes the audit log: what the check tells, and what it cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from inventory.model.errors import UsageError
from inventory.registry import audit
from netaudit.app.log_check import LogState, check

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from inventory.registry.engine import Registry

TWICE = (
    "INSERT INTO audit_log SELECT 100, at, actor, action, subject, detail, previous, hash FROM audit_log WHERE id = 2"
)
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def log(registry: Registry) -> Registry:
    """A log of eight entries, numbered from one."""
    for number in range(1, 9):
        registry.gate.note(AT, "li", "look", f"endpoint {number}", {"人": "李四", "n": number})
    return registry


def tamper(registry: Registry, *statements: str) -> None:
    with registry._writing() as connection:  # noqa: SLF001 -- somebody with access to the file
        for statement in statements:
            connection.execute(text(statement))


def written_anew(connection: Connection) -> None:
    """Reckon the chain again, as the program itself would have."""
    previous = audit.START
    for entry in reversed(audit.entries(connection)):
        link = audit.link_of(entry.at, entry.actor, entry.action, entry.subject, entry.detail, previous)
        values = {"previous": previous, "hash": link, "id": entry.id}
        connection.execute(text("UPDATE audit_log SET previous = :previous, hash = :hash WHERE id = :id"), values)
        previous = link


def test_a_log_nobody_touched_is_whole(log: Registry) -> None:
    state = check(log)
    assert (state.is_whole, state.count, state.broken, len(state.last)) == (True, 8, (), 64)
    assert check(log, expect=state.last).is_whole


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (("UPDATE audit_log SET actor = 'wang' WHERE id = 3",), (3,)),
        (("UPDATE audit_log SET action = 'approve' WHERE id = 3",), (3,)),
        (("UPDATE audit_log SET subject = 'endpoint 9' WHERE id = 8",), (8,)),
        (("UPDATE audit_log SET detail = '{}' WHERE id = 1",), (1,)),
        (("UPDATE audit_log SET at = '2026-11-22 08:00:00+00:00' WHERE id = 4",), (4,)),
        (("UPDATE audit_log SET hash = previous WHERE id = 5",), (5, 6)),
        (("DELETE FROM audit_log WHERE id = 1",), (2,)),
        (("DELETE FROM audit_log WHERE id IN (3, 4)",), (5,)),
        (
            (
                "UPDATE audit_log SET id = 100 WHERE id = 3", "UPDATE audit_log SET id = 3 WHERE id = 4",
                "UPDATE audit_log SET id = 4 WHERE id = 100",
            ),
            (3, 4, 5),
        ),
        ((TWICE,), (100,)),
    ],
)  # fmt: skip
def test_what_was_changed_left_out_moved_or_put_in_is_named(
    log: Registry, statements: tuple[str, ...], broken: tuple[int, ...]
) -> None:
    tamper(log, *statements)
    state = check(log)
    assert not state.is_whole
    assert state.broken == broken


def test_an_end_that_is_cut_off_is_counted_where_the_database_counts(log: Registry, tmp_path: Path) -> None:
    before, anchor = check(log).last, tmp_path / "anchor"
    assert check(log, anchor=anchor).is_whole
    tamper(log, "DELETE FROM audit_log WHERE id > 5")
    state = check(log)
    assert state.broken == ()
    assert state.cut_off in {3, None}
    assert check(log, expect=before).expected_missing
    assert check(log, anchor=anchor).contradicted is not None
    log.gate.note(AT, "li", "look", "endpoint 6")  # it grows again, and its numbers have a gap that proves nothing
    assert check(log, expect=before).expected_missing
    assert check(log, anchor=anchor).contradicted is not None
    assert len(anchor.read_text(encoding="ascii").splitlines()) == 1


def test_all_entries_gone_are_told(log: Registry, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    check(log, anchor=anchor)
    tamper(log, "DELETE FROM audit_log")
    assert check(log).cut_off in {8, None}
    assert check(log, anchor=anchor).contradicted is not None


def test_a_chain_that_was_written_anew_is_told_by_what_was_noted_elsewhere(log: Registry, tmp_path: Path) -> None:
    anchor, before = tmp_path / "anchor", check(log).last
    check(log, anchor=anchor)
    tamper(log, "UPDATE audit_log SET actor = 'wang' WHERE id = 3")
    with log._writing() as connection:  # noqa: SLF001 -- somebody with access to the file and the program
        written_anew(connection)
    assert check(log).is_whole, "nothing within the database can tell"
    assert check(log, expect=before).expected_missing
    assert check(log, anchor=anchor).contradicted is not None


def test_an_anchor_grows_with_the_log(log: Registry, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    states: list[LogState] = []
    for _ in range(3):
        states.append(check(log, anchor=anchor))
        log.gate.note(AT, "li", "look", "endpoint 1")
    assert all(state.is_whole for state in states)
    lines = anchor.read_text(encoding="ascii").splitlines()
    assert [line.split()[1:] for line in lines] == [[str(state.count), state.last] for state in states]
    assert anchor.stat().st_mode & 0o777 == 0o600
    anchor.write_text("something else\n", encoding="ascii")
    with pytest.raises(UsageError, match="no anchor file"):
        check(log, anchor=anchor)
