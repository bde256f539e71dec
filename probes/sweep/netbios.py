"""NetBIOS node status (RFC 1002 §4.2.17): Windows and Samba tell their names, their group and a MAC. Pure.

Proves that a host is there which speaks NetBIOS over UDP 137. Validated by the transaction identifier (16 random bits
per target) and by our port. The MAC is what the host says of itself, perhaps of another card: a hint, no identity.
"""

from __future__ import annotations

import codecs
import struct
from typing import Final

from probes.sweep.question import Question, Told, words

PORT: Final = 137
_ANY_NAME: Final = b"\x20CK" + b"AA" * 15 + b"\0"  # "*" and fifteen zero octets, RFC 1001 §14.1
_STATUS: Final = struct.pack("!HH", 0x21, 1)  # NBSTAT, IN
_HEADER: Final = struct.Struct("!HHHHHH")  # identifier, flags, questions, answers, authority, additional
_RECORD: Final = struct.Struct("!4sIH")  # type and class, time to live, length
_RESPONSE: Final = 0x8000
_ENTRY: Final = 18
_GROUP: Final = 0x8000
_WORKSTATION: Final = 0x00
_MAC: Final = 6
# Names are in the host's own code page, in China 936; ASCII is a part of it. Looked up now: a process that gave up its
# privileges may not be able to read the codec's file any more.
_ENCODING: Final = codecs.lookup("gb18030").name


def read(payload: bytes) -> Told | None:
    """Read a node status response."""
    if len(payload) < _HEADER.size:
        return None
    identifier, flags, questions, answers, _authority, _additional = _HEADER.unpack_from(payload)
    start = _HEADER.size + len(_ANY_NAME)
    if not flags & _RESPONSE or questions or not answers or payload[_HEADER.size : start] != _ANY_NAME:
        return None
    if len(payload) < start + _RECORD.size or payload[start : start + 4] != _STATUS:
        return None
    return Told(identifier << 16, _said(payload[start + _RECORD.size :]))


def _said(data: bytes) -> str:
    """Describe the table of names: the host's own, its group's, the unit identifier after the last one."""
    count = data[0] if data else 0
    own = group = ""
    for start in range(1, min(1 + count * _ENTRY, len(data) - _ENTRY + 1), _ENTRY):
        name, suffix = words(data[start : start + 15].rstrip(b" \0"), _ENCODING), data[start + 15]
        flags = int.from_bytes(data[start + 16 : start + 18], "big")
        if suffix == _WORKSTATION and flags & _GROUP:
            group = group or name
        elif suffix == _WORKSTATION:
            own = own or name
    mac = data[1 + count * _ENTRY :][:_MAC]
    known = mac.hex(":") if len(mac) == _MAC and any(mac) else ""  # Samba sends zeroes
    named = (("name", own), ("group", group), ("mac", known))
    return " ".join(f"{key}={value}" for key, value in named if value)


QUESTION: Final = Question(
    PORT, _HEADER.pack(0, 0, 1, 0, 0, 0) + _ANY_NAME + _STATUS, cookie_at=0, keep=0xFFFF0000, fixed=0, read=read
)
