"""Everything that follows from facts, computed again from nothing else: observations, places, intervals."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from inventory.location.duplicates import seen_at_two
from inventory.reconcile.history import advance
from inventory.reconcile.look import look
from inventory.registry.archive import SWEEPS
from netaudit.app.garbage import unsearched
from netaudit.app.lock import only_sweep
from netaudit.app.resolve import identified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inventory.model.location import Place
    from inventory.model.observation import Observation
    from inventory.model.values import Mac
    from inventory.registry.archive import Rebuilt
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def recompute(
    registry: Registry, settings: Settings, tell: Callable[[int, int], None], *, dry_run: bool = False
) -> Rebuilt:
    """Compute every sweep's conclusions and the history again, and put them in the place of the stored ones at once.

    A sweep whose facts were deleted by policy keeps what it came to. The devices are those that are registered now.

    Args:
        registry: where the facts are.
        settings: whose registry it is.
        tell: called with sweeps done and sweeps in all.
        dry_run: change nothing; only say what would differ.

    Raises:
        UsageError: a sweep is running.
    """
    archive = registry.archive
    with only_sweep(registry, settings.database_url):
        finished = [view.id for view in registry.sweep_times() if view.finished_at is not None]
        wanted = sorted({*archive.concluded(), *archive.left_out(max(finished, default=0) + 1)})
        devices = registry.devices()
        looks: dict[int, bytes] = {}
        newest: dict[tuple[str, str], tuple[int, Observation]] = {}
        last: deque[tuple[int, tuple[Observation, ...]]] = deque(maxlen=SWEEPS)
        for done, number in enumerate(wanted):
            tell(done, len(wanted))
            with unsearched():
                facts = registry.facts(number)
                observations = identified(facts, devices, _at_two_places(last), registry.statements())
                last.append((number, observations))
                looks[number] = archive.packed(look(number, observations, facts))
                newest |= {seen.key: (number, seen) for seen in observations}
                del facts
        tell(len(wanted), len(wanted))
        recent = [(number, seen) for number, every in last for seen in every]
        return archive.rebuild(looks, [*newest.values(), *recent], advance, dry_run=dry_run)


def _at_two_places(last: Iterable[tuple[int, Sequence[Observation]]]) -> dict[Mac, list[frozenset[Place]]]:
    """Return what the sweeps before saw at two places, as the registry tells it sweep by sweep."""
    found: dict[Mac, list[frozenset[Place]]] = {}
    for _number, observations in last:
        then = {seen.mac: places for seen in observations if seen.mac and (places := seen_at_two(seen.location))}
        for mac, places in then.items():
            found.setdefault(mac, []).append(places)
    return found
