"""D-Link DGS and DES switches: every VLAN learns for itself, under its own number."""

from __future__ import annotations

import re

from probes.platforms.profile import Discovery, Profile

PROFILE = Profile(
    name="dlink",
    title="D-Link DGS / DES",
    aliases=("d-link", "dlink_ds"),
    object_ids=("1.3.6.1.4.1.171.10",),
    description=re.compile(r"^(?:D-Link )?(?P<model>D[GEX]S-[\w-]+)"),
    fdb_id_is_vlan=True,
    discovery=(Discovery.LLDP, Discovery.CDP),
)
