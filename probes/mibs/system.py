"""Who a device says it is: SNMPv2-MIB system group, bridge address, LLDP chassis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import DeviceFact, Identifier
from probes.mibs.cells import Oid, Scalars, integer, physical_address, words
from probes.mibs.identifiers import chassis_identifier
from probes.mibs.lldp import LOCAL_CHASSIS_ID, LOCAL_CHASSIS_SUBTYPE

if TYPE_CHECKING:
    from datetime import datetime

SYS_DESCR: Oid = (1, 3, 6, 1, 2, 1, 1, 1, 0)
SYS_OBJECT_ID: Oid = (1, 3, 6, 1, 2, 1, 1, 2, 0)
SYS_UP_TIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)
SYS_NAME: Oid = (1, 3, 6, 1, 2, 1, 1, 5, 0)
BASE_BRIDGE_ADDRESS: Oid = (1, 3, 6, 1, 2, 1, 17, 1, 1, 0)

GREETING = (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME)
"""What every agent has: the first thing asked."""
IDENTITY = (BASE_BRIDGE_ADDRESS, LOCAL_CHASSIS_SUBTYPE, LOCAL_CHASSIS_ID)

TICKS_PER_SECOND = 100
_TICKS_WRAP = 2**32
_SLACK_S = 60
"""How much faster than ours an agent's clock may seem to run before it counts as restarted."""


def device_fact(scalars: Scalars, device: str, at: datetime) -> DeviceFact:
    """Read the scalars of :data:`GREETING` and :data:`IDENTITY`; what the device did not say stays None."""
    object_id = scalars.get(SYS_OBJECT_ID)
    ticks = integer(scalars.get(SYS_UP_TIME))
    return DeviceFact(
        device=device,
        at=at,
        sys_name=words(scalars.get(SYS_NAME)),
        sys_descr=words(scalars.get(SYS_DESCR)),
        sys_object_id=".".join(map(str, object_id)) if isinstance(object_id, tuple) else None,
        uptime_s=ticks / TICKS_PER_SECOND if ticks is not None else None,
        bridge_mac=physical_address(scalars.get(BASE_BRIDGE_ADDRESS)),
        chassis=_chassis(scalars),
    )


def restarted(before_ticks: int, after_ticks: int, elapsed_s: float) -> bool:
    """Whether sysUpTime ran backwards for another reason than wrapping after 497 days."""
    return (after_ticks - before_ticks) % _TICKS_WRAP > (elapsed_s + _SLACK_S) * TICKS_PER_SECOND


def _chassis(scalars: Scalars) -> Identifier | None:
    return chassis_identifier(scalars.get(LOCAL_CHASSIS_SUBTYPE), scalars.get(LOCAL_CHASSIS_ID))
