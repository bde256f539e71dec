"""Huawei VRP and YunShan OS: switches of the S and CE series, routers, wireless controllers.

BRIDGE-MIB tells no VLAN, gives port -1 for stations behind tunnels, and its base ports are other ports' ifIndexes;
L2MAM tells VLAN and ifIndex directly.
"""

from __future__ import annotations

import re

from probes.platforms.profile import Forwarding, PortNumbering, Profile

PROFILE = Profile(
    name="huawei_vrp",
    title="Huawei VRP / YunShan OS",
    aliases=("huawei", "vrp", "huawei_vrpv8", "huawei_yunshan", "yunshan"),
    object_ids=("1.3.6.1.4.1.2011.2",),
    description=re.compile(
        r"(?:^(?P<model>[A-Z]{1,3}\d[\w-]+)\s+Huawei )?.*?"
        r"(?:Versatile Routing Platform|VRP \(R\)|YunShan OS)(?:.*?Version (?P<software>[^\r\n]*[^\s]))?",
        re.DOTALL,
    ),
    fdb_id_is_vlan=True,
    forwarding=(Forwarding.L2MAM, Forwarding.PER_VLAN, Forwarding.PLAIN),
    numberings=(PortNumbering.BASE_PORT, PortNumbering.L2IF_PORT, PortNumbering.IF_INDEX),
)
