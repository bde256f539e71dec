"""A credential that devices reject is not tried any more: the next try could lock an account out everywhere."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOWS_AT: Final = 3
"""Rejections in one run, all devices together."""
_AT_ONCE: Final = 10
"""Logins under way at once with a credential that worked and was not rejected: authentication servers are slow."""


class BlownError(Exception):
    """The credential was rejected too often."""


class Fuse:
    """Counts the rejections of one credential, and lets only so many logins be under way as may still fail.

    Until a device accepted the credential, and again after a rejection, no more logins are under way than rejections
    are left; before that, ten. So a credential that never was right is rejected three times at most.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rejected = 0
        self._under_way = 0
        self._proven = False

    @contextmanager
    def login(self) -> Iterator[None]:
        """Hold while a login is under way; waits for its turn.

        Raises:
            BlownError: too many devices rejected the credential.
        """
        with self._changed:
            while self._under_way >= self._allowed():
                if self._rejected >= BLOWS_AT:
                    raise BlownError
                self._changed.wait()
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def rejected(self) -> None:
        """Say that a device rejected the credential."""
        with self._changed:
            self._rejected += 1

    def accepted(self) -> None:
        """Say that a device accepted it."""
        with self._changed:
            self._proven = True

    def _allowed(self) -> int:
        left = BLOWS_AT - self._rejected
        return _AT_ONCE if self._proven and left == BLOWS_AT else left


class Fuses:
    """One fuse per credential profile, for one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fuses: dict[str, Fuse] = {}

    def of(self, profile: str) -> Fuse:
        """Return the fuse of a profile."""
        with self._lock:
            return self._fuses.setdefault(profile, Fuse())
