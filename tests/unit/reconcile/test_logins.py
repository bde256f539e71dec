"""Host keys and algorithms as they were shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from inventory.model.check import Check, CheckResult
from inventory.model.hostkeys import HostKey, HostKeyState, HostKeyView
from inventory.reconcile.logins import login_checks

AT = datetime(2026, 1, 1, tzinfo=UTC)


def shown(device: str, key: bytes, state: HostKeyState, day: int, *old: str) -> HostKeyView:
    at = AT + timedelta(days=day)
    return HostKeyView(device, HostKey("ssh-ed25519", key), state, "10.0.0.1 port 22", AT, at, old)


def test_another_key_than_the_one_believed() -> None:
    views = [
        shown("a", b"first", HostKeyState.APPROVED, 1),
        shown("a", b"second", HostKeyState.OFFERED, 2),
        shown("b", b"third", HostKeyState.RECORDED, 3),
        shown("c", b"old", HostKeyState.OFFERED, 1),
        shown("c", b"new", HostKeyState.APPROVED, 2),
        shown("d", b"strict", HostKeyState.OFFERED, 1),
    ]
    found = {one.device: one for one in login_checks(views) if one.check is Check.HOST_KEY}
    results = {device: one.result for device, one in found.items()}
    attention, good = CheckResult.ATTENTION, CheckResult.GOOD
    assert results == {"a": attention, "b": good, "c": good, "d": attention}
    assert views[0].key.fingerprint in str(found["a"].evidence)
    assert views[1].key.fingerprint in str(found["a"].evidence)
    assert login_checks(reversed(views)) == login_checks(views)


def test_old_algorithms_of_the_last_session() -> None:
    views = [
        shown("a", b"k", HostKeyState.RECORDED, 1, "ssh-rsa", "aes128-cbc"),
        shown("b", b"k", HostKeyState.RECORDED, 1),
    ]
    found = {
        one.device: (one.result, str(one.evidence)) for one in login_checks(views) if one.check is Check.SSH_ALGORITHMS
    }
    assert found == {
        "a": (CheckResult.ATTENTION, "no longer safe: ssh-rsa, aes128-cbc"),
        "b": (CheckResult.GOOD, "none that is no longer safe"),
    }


def test_no_login_says_nothing() -> None:
    assert login_checks([]) == ()
