"""Comware: H3C, HPE FlexNetwork, old 3Com and Huawei-3Com.

dot1qVlanFdbId is wrong here and made stations jump over all VLANs: the database id is the VLAN. Base ports of a stack
(IRF) are not ifIndexes although most of them look like one.
"""

from __future__ import annotations

import re

from probes.platforms.profile import Profile

PROFILE = Profile(
    name="h3c_comware",
    title="H3C / HPE Comware",
    aliases=("comware", "h3c", "hp_comware", "hpe_comware"),
    object_ids=("1.3.6.1.4.1.25506", "1.3.6.1.4.1.2011.10"),
    description=re.compile(
        r"Comware.*?Software Version (?P<software>[^\r\n]*[^\s])(?:\s+(?P<model>[^\r\n]*[^\s]))?", re.DOTALL
    ),
    fdb_id_is_vlan=True,
)
