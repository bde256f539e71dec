"""When an objection keeps an endpoint off the unit's list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inventory.model.disputes import DisputeKind as Kind
from inventory.model.disputes import DisputeState as State
from inventory.model.disputes import DisputeView
from netaudit.app.disputes import settled

DECIDED = datetime(2026, 11, 23, tzinfo=UTC)
BEFORE, AFTER = DECIDED - timedelta(hours=1), DECIDED + timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "state", "seen", "off"),
    [
        (Kind.NOT_OURS, State.OPEN, AFTER, True),
        (Kind.REMOVED, State.OPEN, AFTER, True),
        (Kind.NOT_OURS, State.REJECTED, BEFORE, False),
        (Kind.NOT_OURS, State.ACCEPTED, AFTER, True),
        (Kind.MOVED, State.ACCEPTED, AFTER, True),
        (Kind.REMOVED, State.ACCEPTED, BEFORE, True),
        (Kind.REMOVED, State.ACCEPTED, AFTER, False),
        (Kind.MISTAKEN, State.ACCEPTED, AFTER, False),
    ],
)
def test_what_was_unplugged_comes_back_when_it_is_seen_again(
    kind: Kind, state: State, seen: datetime, *, off: bool
) -> None:
    view = DisputeView(1, "S1", "public", kind, state=state, decided_at=None if state is State.OPEN else DECIDED)
    assert settled(view, seen) is off
