"""An administrator starts a sweep from the portal, watches it, stops it, and lets it go on."""

from __future__ import annotations

import time
from ipaddress import ip_network
from typing import TYPE_CHECKING

from inventory.model.batch import Batch
from inventory.model.cases import Role
from inventory.model.records import PrefixView, SweepOutcome, UnitView
from inventory.registry.engine import open_registry
from tests.end_to_end.serving import Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADDRESSES = 62
"""Usable ones of 127.66.0.0/26: this computer answers for each."""
PATIENCE_S = 240


def wait_until(reached: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_a_sweep_is_started_watched_stopped_and_gone_on_with(tmp_path: Path) -> None:
    served = Served(tmp_path)
    home = tmp_path / ".config" / "netaudit"
    home.mkdir(parents=True)
    (home / "netaudit.toml").write_text("[sweep]\nrate = 4\n", encoding="ascii")
    (home / "netaudit.toml").chmod(0o600)
    with open_registry(served.url) as registry:
        units = (UnitView("S1", "第一小学"), UnitView("S2", "第二小学"))
        prefix = PrefixView(ip_network("127.66.0.0/26"), "S1", "public")
        registry.apply(Batch(units=units, prefixes=(prefix,)))
        root = served.person(registry, "root", Role.ADMIN)
        auditor = served.person(registry, "auditor", Role.AUDITOR)
        with served.running():
            assert auditor.post("/office/sweeps", {"what": "every"}).status == 403
            assert root.get("/office/sweeps/new?forecast=true").status == 200
            assert root.post("/office/sweeps", {"what": "every"}).status == 303
            wait_until(lambda: bool(registry.sweeps()), "no sweep began")
            assert root.post("/office/sweeps", {"what": "every"}).status == 400  # one at a time
            watched = "hx-get"
            wait_until(lambda: watched in auditor.get("/office/sweeps/1").text, "nobody can watch it")
            assert auditor.post("/office/sweeps/1/stop", {}).status == 403
            assert root.post("/office/sweeps/1/stop", {}).status == 303
            wait_until(lambda: registry.sweep(1).outcome is SweepOutcome.INTERRUPTED, "it did not stop")
            wait_until(lambda: root.post("/office/sweeps", {"what": "last"}).status == 303, "it cannot go on")
            wait_until(lambda: registry.sweep(1).outcome is SweepOutcome.COMPLETE, "it did not end")
            shown = auditor.get("/office/sweeps/1").text
            assert watched not in shown
            assert str(ADDRESSES) in shown
        assert registry.sweep(1).summary["probed"] == ADDRESSES
        assert [entry.action for entry in registry.gate.log() if "sweep" in entry.action] == [
            "resume_sweep",
            "stop_sweep",
            "start_sweep",
        ]
