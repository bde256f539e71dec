"""Python's search for cyclic garbage, held off while many values are made that hold none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


_OFTEN: Final = 60
"""Every so many times everything is searched: a sweep leaves a few hundred of SQLAlchemy's values, locating none."""
_TIMES: Final = count(1)


@contextmanager
def unsearched() -> Iterator[None]:
    """Do not search meanwhile.

    The search starts with every so many new values and looks at most that are alive: with a sweep's facts in memory it
    takes a third of the time, and finds nothing. What nobody refers to is let go of at once, as always. In the end,
    what is still alive counts as old (freezing and thawing does just that): else the next search would look at all of
    it as new.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if next(_TIMES) % _OFTEN:
            gc.freeze()
            gc.unfreeze()
        else:  # a process that goes on and on must not gather what refers to itself
            gc.collect()
        gc.enable()
