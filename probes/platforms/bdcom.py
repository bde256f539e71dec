"""BDCOM switches and access nodes: objects may come out of order, which ends a walk instead of repeating it."""

from __future__ import annotations

import re

from probes.platforms.profile import Profile

PROFILE = Profile(
    name="bdcom",
    title="BDCOM",
    object_ids=("1.3.6.1.4.1.3320",),
    description=re.compile(r"BDCOM(?:\(tm\))? (?P<model>\S+) Software, Version (?P<software>[^\s,]+)"),
    fdb_id_is_vlan=True,
)
