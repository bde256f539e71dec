"""TP-Link JetStream and Omada switches.

Base ports are ifIndexes from 49153 on, but the forwarding table and LLDP count from 1, as printed at the ports.
"""

from __future__ import annotations

import re

from probes.platforms.profile import PortNumbering, Profile

PROFILE = Profile(
    name="tplink_jetstream",
    title="TP-Link JetStream / Omada",
    aliases=("tplink", "tp-link", "jetstream", "omada"),
    object_ids=("1.3.6.1.4.1.11863",),
    description=re.compile(r"JetStream|Omada .*Switch"),
    fdb_id_is_vlan=True,
    numberings=(PortNumbering.BASE_PORT, PortNumbering.PANEL_PORT, PortNumbering.IF_INDEX),
    panel_offset=49152,
    interface_text=re.compile(r"(?P<name>.*?)\s*:\s*(?:copper|fiber)"),
)
