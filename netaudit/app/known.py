"""What is known now, for many askers: compared once, told at once, and compared again beside when something is new."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inventory.model.text import N_
from inventory.reconcile.result import reconcile
from netaudit.app.current import considered, sight, window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inventory.model.coverage import TableCoverage
    from inventory.model.observation import CoverageCount, Finding, Reconciliation, UnitResult
    from inventory.model.records import Filed
    from inventory.model.values import IPAddress, Mac
    from inventory.registry.engine import Registry
    from netaudit.app.current import Sight
    from netaudit.settings import Settings

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 1000
"""So many endpoints are compared while the asker waits; of more, the last comparison is told and a new one begun."""
_SHARE: Final = 9.0
"""Of the time, comparing takes one part, the pages nine."""
_EDITED_S: Final = 60.0
"""What an import or the command line changed in units, prefixes and devices shows after this time at the latest."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was known at one moment, with the ways to look something up in it."""

    compared: Reconciliation
    filed: Filed
    tables: tuple[TableCoverage, ...]
    """How each table read by the sweeps of the window ended."""
    by_unit: Mapping[str, UnitResult] = field(default_factory=dict)
    by_card: Mapping[tuple[str, Mac], Finding] = field(default_factory=dict)
    by_address: Mapping[IPAddress, tuple[Finding, ...]] = field(default_factory=dict)

    @property
    def units(self) -> Sequence[UnitResult]:
        """Every unit's numbers and endpoints, by code."""
        return self.compared.units

    @property
    def as_of(self) -> datetime:
        """The moment it speaks of."""
        return self.compared.as_of

    @property
    def sweep(self) -> int | None:
        """The newest sweep."""
        return self.compared.sweep

    @property
    def coverage(self) -> CoverageCount:
        """What it rests on."""
        return self.compared.coverage


def _snapshot(filed: Filed, seen: Sight) -> Snapshot:
    compared = reconcile(filed, seen.observations, seen.facts, as_of=seen.as_of, sweep=seen.sweep)
    findings = [finding for unit in compared.units for finding in unit.findings]
    by_address: dict[IPAddress, list[Finding]] = {}
    for finding in findings:
        for ip in finding.observation.ips:
            by_address.setdefault(ip, []).append(finding)
    return Snapshot(
        compared,
        filed,
        seen.facts.coverage,
        {unit.code: unit for unit in compared.units},
        {(one.observation.plane, one.observation.mac): one for one in findings if one.observation.mac is not None},
        {ip: tuple(found) for ip, found in by_address.items()},
    )


class Known:
    """The newest comparison, shared by threads.

    What the sweeps saw is read again only after a sweep began or ended. A small network is compared while the asker
    waits. Of a large one the last comparison is told at once, and the next is made by a thread of its own.
    """

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry, self._settings = registry, settings
        self._lock = threading.Lock()
        self._seen: tuple[object, Sight] | None = None
        self._state: tuple[tuple[object, object], Snapshot] | None = None
        self._going = False
        self._made, self._took = 0.0, 0.0
        self._beside: threading.Thread | None = None

    def get(self) -> Snapshot:
        """Return it; only the very first caller waits for a large network."""
        mark = self._registry.change_mark()
        state = self._state
        if state is not None:
            age = time.monotonic() - self._made
            small = sum(unit.observed for unit in state[1].units) <= _AT_ONCE
            if (state[0] == mark and age < _EDITED_S) or (not small and age < self._took * _SHARE):
                return state[1]
            if not small:
                self._begin()
                return state[1]
        return self.renewed(mark)

    def prepare(self) -> None:
        """Begin to compare, so that the first asker waits less."""
        self._begin()

    def renewed(self, mark: tuple[object, object] | None = None) -> Snapshot:
        """Compare now, unless another thread has just done so for the same mark, and return the result."""
        with self._lock:
            state = self._state
            begun = time.monotonic()
            if mark is not None and state is not None and state[0] == mark and begun - self._made < _EDITED_S:
                return state[1]
            mark = self._registry.change_mark()
            snapshot = _snapshot(self._registry.filed(), self._sight(mark[0]))
            self._state = (mark, snapshot)
            self._made = time.monotonic()
            self._took = self._made - begun
            return snapshot

    def _sight(self, mark: object) -> Sight:
        """Read what the sweeps saw, unless nothing is new; one that runs or was killed may have stored more since."""
        if self._seen is not None and self._seen[0] == mark and not self._going:
            return self._seen[1]
        sweeps = considered(self._registry, window(self._registry, self._settings, None))
        self._going = any(view.finished_at is None for view in sweeps)
        self._seen = mark, sight(self._registry, sweeps, whole=True)
        return self._seen[1]

    def _begin(self) -> None:
        """Let a thread compare, unless one does."""
        with self._lock:
            if self._beside is None or not self._beside.is_alive():
                self._beside = threading.Thread(target=self._compare, name="compare", daemon=True)
                self._beside.start()

    def _compare(self) -> None:
        try:
            self.renewed()
        except Exception:  # noqa: BLE001 -- the next asker tries again; until then the last comparison is told
            _LOG.exception(N_("comparing failed"))
