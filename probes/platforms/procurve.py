"""HP ProCurve and ArubaOS-Switch: database ids count from 1, and only dot1qVlanFdbId says which VLAN each serves."""

from __future__ import annotations

import re

from probes.platforms.profile import Discovery, Profile

PROFILE = Profile(
    name="hp_procurve",
    title="HP ProCurve / ArubaOS-Switch",
    aliases=("procurve", "aruba_os", "aruba_osswitch", "provision"),
    object_ids=("1.3.6.1.4.1.11.2.3.7",),
    description=re.compile(r"ProCurve|^(?:HP|Aruba) .*revision (?P<software>[A-Z]{1,2}\.\d[\w.]*)"),
    discovery=(Discovery.LLDP, Discovery.CDP),
)
