"""What people state about ports, resolved to interfaces: it outranks what is inferred, and is shown as such."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.model.location import Evidence
from inventory.model.records import Leads
from inventory.model.sources import STATED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from inventory.location.ports import Ports
    from inventory.location.trace import Port
    from inventory.model.records import StatementView


@dataclass(frozen=True, slots=True)
class Stated:
    """Statements about ports that were read; the others are without effect until the device is."""

    core: dict[str, dict[int, Evidence]] = field(default_factory=dict)
    """Per device its stated uplinks."""
    devices: dict[Port, tuple[str | None, Evidence]] = field(default_factory=dict)
    """Ports to a network device, and to which."""
    stations: dict[Port, Evidence] = field(default_factory=dict)
    """Ports to endpoints only."""


def stated(statements: Iterable[StatementView], ports: Ports, at: datetime | None) -> Stated:
    """Resolve the statements; ``at`` is the moment of the newest facts, of which they are taken to hold."""
    found = Stated()
    for said in sorted(statements, key=lambda said: (said.device, said.port)):
        port = ports.find(said.device, said.port)
        if at is None or not said.applies(at.astimezone().date()):
            continue
        far = f" other={said.other}" if said.other else ""
        evidence = Evidence(STATED, said.device, at, f"port={said.port} leads={said.leads}{far}")
        if port is not None and said.leads is Leads.STATIONS:
            found.stations[said.device, port] = evidence
            continue
        if port is not None and said.leads is Leads.CORE:
            found.core.setdefault(said.device, {})[port] = evidence
        if port is not None:
            found.devices[said.device, port] = (said.other, evidence)
        back = ports.find(said.other, said.other_port) if said.other and said.other_port else None
        if said.other and back is not None:
            found.devices.setdefault((said.other, back), (said.device, evidence))
    return found
