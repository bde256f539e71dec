"""Walking more of a device than is decoded: for a device nobody can read yet, so that somebody learns to.

Only trees of standard MIBs and the vendor's own are walked, never those that hold users and communities. Of the
vendor's own, texts are blanked before anything is written: nobody can know in which of its objects a password lies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from probes.mibs import system
from probes.snmp.pdu import Failure
from probes.snmp.recording import Recording

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value
    from probes.snmp.client import Session
    from probes.snmp.walk import Table

_ENTERPRISES: Final[Oid] = (1, 3, 6, 1, 4, 1)
_MIB_2: Final[Oid] = (1, 3, 6, 1, 2, 1)
STANDARD: Final[tuple[Oid, ...]] = (
    _MIB_2,
    (1, 0, 8802),  # LLDP-MIB
    (1, 2, 840, 10006),  # IEEE 802.3, link aggregation
    (1, 3, 111),  # IEEE 802.1
)
_SECRET: Final[tuple[Oid, ...]] = (
    (1, 3, 6, 1, 6, 3),  # users, communities, views, targets of notifications
    (*_MIB_2, 14, 7, 1, 16),  # ospfIfAuthKey
    (*_MIB_2, 14, 9, 1, 9),  # ospfVirtIfAuthKey
    (*_MIB_2, 16, 9, 1, 1, 5),  # eventCommunity
    (*_MIB_2, 16, 19, 13, 1, 2),  # trapDestCommunity
    (*_MIB_2, 23, 3, 1, 4),  # rip2IfConfAuthKey
    (*_MIB_2, 25, 4),  # hrSWRunTable: arguments of programs
    (*_MIB_2, 68, 1, 3, 1, 10),  # vrrpOperAuthKey
)
_READABLE: Final = re.compile(rb"[\x20-\x7e]{5}")
_READ_BY_US: Final = (
    (*_ENTERPRISES, 9, 9, 23),  # CISCO-CDP-MIB
    (*_ENTERPRISES, 9, 9, 46),  # CISCO-VTP-MIB
    (*_ENTERPRISES, 318, 1, 1),  # PowerNet-MIB
    (*_ENTERPRISES, 2011, 5, 25, 42),  # L2MAM, L2IF
)
"""Vendor trees whose texts are known to be names and versions."""


async def walk_whole(session: Session) -> tuple[Table, ...]:
    """Walk the standard trees and the device's own, within the session's limits. What is said goes to its tape."""
    said = await session.get((system.SYS_OBJECT_ID,))
    own = None if isinstance(said, Failure) else said[system.SYS_OBJECT_ID]
    trees = list(STANDARD)
    if isinstance(own, tuple) and own[: len(_ENTERPRISES)] == _ENTERPRISES and len(own) > len(_ENTERPRISES):
        trees.append(own[: len(_ENTERPRISES) + 1])
    return tuple([await session.table((tree,)) for tree in trees])


def without_secrets(recording: Recording) -> Recording:
    """Return a recording without the objects that hold secrets or may."""
    kept = [(oid, _blanked(oid, value)) for oid, value in recording.objects() if not _under(oid, _SECRET)]
    views = {vlan: without_secrets(view) for vlan, view in recording.views.items()}
    return Recording(kept, recording.tags(), views)


def _blanked(oid: Oid, value: Value | None) -> Value | None:
    mute = _under(oid, (_ENTERPRISES,)) and not _under(oid, _READ_BY_US)
    if mute and isinstance(value, bytes) and len(value) > 0 and _is_text(value):
        return b"x" * len(value)
    return value


def _is_text(value: bytes) -> bool:
    """Whether an octet string can be read, or holds something that can, in ASCII, UTF-8 or GBK."""
    if _READABLE.search(value):
        return True
    if len(value) < 4 and not value.isascii():  # noqa: PLR2004 -- a counter or a bitmap
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            told = value.rstrip(b"\x00").decode(encoding)
        except UnicodeDecodeError:
            continue
        return bool(told) and "".join(told.split()).isprintable()
    return False


def _under(oid: Oid, trees: tuple[Oid, ...]) -> bool:
    return any(oid[: len(tree)] == tree for tree in trees)
