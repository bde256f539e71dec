"""What the kernel lets through to us: classic BPF programs (filter.rst of the kernel's documentation). Pure.

An ``AF_PACKET, SOCK_DGRAM`` socket's filter sees the packet from its network header on.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Final

from probes.sweep.templates import GREETING

if TYPE_CHECKING:
    from collections.abc import Sequence

SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h; not in Python's socket module
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE = 0x20, 0x28, 0x30  # BPF_LD | size | BPF_ABS
_INDEX_WORD, _INDEX_HALF, _INDEX_BYTE = 0x40, 0x48, 0x50  # BPF_LD | size | BPF_IND: relative to X
_HEADER_LENGTH: Final = 0xB1  # BPF_LDX | BPF_B | BPF_MSH: X = 4 * (octet & 15)
_EQUAL, _ANY_BIT, _RETURN = 0x15, 0x45, 0x06  # BPF_JMP | BPF_JEQ, | BPF_JSET; BPF_RET
_INSTRUCTION: Final = struct.Struct("=HBBI")
_KEEP: Final = 0xFFFF
_MOST_SOURCES: Final = 100  # a jump is at most 255 instructions long
_SYN_OR_RST: Final = 0x06

_Line = tuple[int, int, str, str]  # operation, operand, where to when true, where to when false ("" = next line)


def answers(sources: Sequence[bytes], tag: bytes, ports: Sequence[int], udp_ports: Sequence[int] = ()) -> bytes:
    """Return a program that passes what can answer a probe: our echo replies, unreachables, SYN-ACK, RST, UDP to us.

    Args:
        sources: our addresses, 4 octets each; when there are too many to compare, none is.
        tag: the end of every echo request's payload.
        ports: TCP ports our SYNs come from.
        udp_ports: UDP ports our questions come from.
    """
    tag_at = 8 + len(GREETING)
    lines: list[tuple[str, _Line]] = [("", (_LOAD_WORD, 16, "", ""))]
    if len(sources) <= _MOST_SOURCES:
        lines += [("", (_EQUAL, int.from_bytes(source, "big"), "ours", "")) for source in sources]
        lines += [("", (_RETURN, 0, "", ""))]
    lines += [
        ("ours", (_LOAD_HALF, 6, "", "")),
        ("", (_ANY_BIT, 0x1FFF, "drop", "")),  # a later fragment has no header to look at
        ("", (_HEADER_LENGTH, 0, "", "")),
        ("", (_LOAD_BYTE, 9, "", "")),
        ("", (_EQUAL, socket.IPPROTO_ICMP, "icmp", "")),
        ("", (_EQUAL, socket.IPPROTO_TCP, "tcp", "")),
        ("", (_EQUAL, socket.IPPROTO_UDP, "udp", "drop")),
        ("icmp", (_INDEX_BYTE, 0, "", "")),
        ("", (_EQUAL, 3, "keep", "")),
        ("", (_EQUAL, 0, "", "drop")),
        ("", (_INDEX_WORD, tag_at, "", "")),
        ("", (_EQUAL, int.from_bytes(tag, "big"), "keep", "drop")),
        ("tcp", (_INDEX_BYTE, 13, "", "")),
        ("", (_ANY_BIT, _SYN_OR_RST, "", "drop")),
        ("", (_INDEX_HALF, 2, "", "")),
    ]
    lines += [("", (_EQUAL, port, "keep", "")) for port in ports]
    lines += [("", (_RETURN, 0, "", "")), ("udp", (_INDEX_HALF, 2, "", ""))]
    lines += [("", (_EQUAL, port, "keep", "")) for port in udp_ports]
    return _assembled([*lines, ("drop", (_RETURN, 0, "", "")), ("keep", (_RETURN, _KEEP, "", ""))])


def arp_replies() -> bytes:
    """Return a program that passes ARP replies."""
    return _assembled(
        [
            ("", (_LOAD_HALF, 6, "", "")),
            ("", (_EQUAL, 2, "keep", "drop")),
            ("drop", (_RETURN, 0, "", "")),
            ("keep", (_RETURN, _KEEP, "", "")),
        ]
    )


def neighbourly() -> bytes:
    """Return a program that passes ICMPv6 echo replies, parameter problems and neighbour advertisements."""
    kinds = (129, 4, 136)
    return _assembled(
        [
            ("", (_LOAD_BYTE, 6, "", "")),
            ("", (_EQUAL, socket.IPPROTO_ICMPV6, "", "drop")),
            ("", (_LOAD_BYTE, 40, "", "")),
            *(("", (_EQUAL, kind, "keep", "")) for kind in kinds),
            ("drop", (_RETURN, 0, "", "")),
            ("keep", (_RETURN, _KEEP, "", "")),
        ]
    )


def nothing() -> bytes:
    """Return a program that passes nothing."""
    return _assembled([("", (_RETURN, 0, "", ""))])


def _assembled(lines: Sequence[tuple[str, _Line]]) -> bytes:
    where = {label: number for number, (label, _line) in enumerate(lines) if label}

    def jump(number: int, label: str) -> int:
        return where[label] - number - 1 if label else 0

    return b"".join(
        _INSTRUCTION.pack(operation, jump(number, true), jump(number, false), operand)
        for number, (_label, (operation, operand, true, false)) in enumerate(lines)
    )
