"""The search for cyclic garbage is only held off."""

from __future__ import annotations

import gc
import weakref

from netaudit.app.garbage import unsearched


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


def test_the_search_goes_on_afterwards_and_finds_what_was_made_meanwhile() -> None:
    with unsearched():
        assert not gc.isenabled()
        with unsearched():
            knot = weakref.ref(Knot())
        assert not gc.isenabled()
        assert knot() is not None
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert knot() is None


def test_a_process_that_goes_on_gathers_no_garbage() -> None:
    made = []
    for _ in range(240):
        with unsearched():
            made.append(weakref.ref(Knot()))
    assert sum(knot() is not None for knot in made) < len(made) / 2
