"""ZTE ZXROS: ZXR10 switches and routers, C300 and C600 access nodes.

Access nodes have no base ports: their port numbers are ifIndexes put together of shelf, slot and port. ifDescr is the
interface's name with its description behind it.
"""

from __future__ import annotations

import re

from probes.platforms.profile import Profile

PROFILE = Profile(
    name="zte_zxros",
    title="ZTE ZXROS",
    aliases=("zte", "zxros", "zxr10"),
    object_ids=("1.3.6.1.4.1.3902",),
    description=re.compile(r"ZTE (?:(?P<model>\S+) Software.*?Version:\s*(?P<software>[^\s,]+))?|ZXR10", re.DOTALL),
    interface_text=re.compile(r"(?P<name>[a-z_]+[\d/.:-]*)(?:\s+(?:<empty>|(?P<alias>\S.*)))?", re.IGNORECASE),
)
