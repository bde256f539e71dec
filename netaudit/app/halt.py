"""The end of a part of the work, which the end of all of it is as well."""

from __future__ import annotations

import threading


class Halt(threading.Event):
    """Set by itself, or with what ends the whole."""

    def __init__(self, whole: threading.Event) -> None:
        super().__init__()
        self._whole = whole

    def is_set(self) -> bool:
        """Whether to end, for whichever reason."""
        return super().is_set() or self._whole.is_set()

    @property
    def halted(self) -> bool:
        """Whether this part was ended, and not the whole."""
        return super().is_set() and not self._whole.is_set()
