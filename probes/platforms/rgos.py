"""Ruijie RGOS. Aggregates are forwarding ports; the switch's own addresses stand on VLAN interfaces and on port 0."""

from __future__ import annotations

import re

from probes.platforms.profile import Profile

PROFILE = Profile(
    name="ruijie_rgos",
    title="Ruijie RGOS",
    aliases=("ruijie", "rgos", "ruijie_os"),
    object_ids=("1.3.6.1.4.1.4881",),
    description=re.compile(r"Ruijie.*?\((?P<model>[\w-]+)\)", re.DOTALL),
    fdb_id_is_vlan=True,
)
