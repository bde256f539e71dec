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

    from probes.sweep.seal import Seal

SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h; not in Python's socket module
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE = 0x20, 0x28, 0x30  # BPF_LD | size | BPF_ABS
_INDEX_WORD, _INDEX_HALF, _INDEX_BYTE = 0x40, 0x48, 0x50  # BPF_LD | size | BPF_IND: relative to X
_HEADER_LENGTH: Final = 0xB1  # BPF_LDX | BPF_B | BPF_MSH: X = 4 * (octet & 15)
_EQUAL, _ANY_BIT, _RETURN = 0x15, 0x45, 0x06  # BPF_JMP | BPF_JEQ, | BPF_JSET; BPF_RET
_EQUAL_X: Final = 0x1D  # BPF_JMP | BPF_JEQ | BPF_X
_AND, _TIMES, _SHIFT, _TURN, _TURN_X = 0x54, 0x24, 0x74, 0xA4, 0xAC  # BPF_ALU | AND, MUL, RSH, XOR; XOR | BPF_X
_STORE, _FETCH, _FETCH_X = 0x02, 0x60, 0x61  # BPF_ST, BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM
_INSTRUCTION: Final = struct.Struct("=HBBI")
_KEEP: Final = 0xFFFF
_MOST_SOURCES: Final = 100  # a jump is at most 255 instructions long
_SYN_OR_RST: Final = 0x06

_Line = tuple[int, int, str, str]  # operation, operand, where to when true, where to when false ("" = next line)


def answers(sources: Sequence[bytes], seal: Seal, ports: Sequence[int], udp_ports: Sequence[int] = ()) -> bytes:
    """Return a program that passes what can answer a probe: our echo replies, unreachables, SYN-ACK, RST, UDP to us.

    Args:
        sources: our addresses, 4 octets each; when there are too many to compare, none is.
        seal: makes the end of every echo request's payload.
        ports: TCP ports our SYNs come from.
        udp_ports: UDP ports our questions come from.
    """
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
        *_sealed(seal),
        ("tcp", (_INDEX_BYTE, 13, "", "")),
        ("", (_ANY_BIT, _SYN_OR_RST, "", "drop")),
        ("", (_INDEX_HALF, 2, "", "")),
    ]
    lines += [("", (_EQUAL, port, "keep", "")) for port in ports]
    lines += [("", (_RETURN, 0, "", "")), ("udp", (_INDEX_HALF, 2, "", ""))]
    lines += [("", (_EQUAL, port, "keep", "")) for port in udp_ports]
    return _assembled([*lines, ("drop", (_RETURN, 0, "", "")), ("keep", (_RETURN, _KEEP, "", ""))])


def _sealed(seal: Seal) -> list[tuple[str, _Line]]:
    """Return what keeps an echo reply if it brings back the seal of its sender and its cookie; X is where it begins."""
    one, two, three, four, five, six = seal.factors
    told, cookie, source, mixed = range(4)  # places in the filter's own memory
    inner, outer = seal.turned
    steps = [
        *((_INDEX_WORD, 8 + len(GREETING)), (_STORE, told), (_INDEX_WORD, 4), (_STORE, cookie)),
        *((_LOAD_WORD, 12), (_STORE, source), (_AND, 0xFFFF), (_TIMES, one), (_STORE, mixed)),
        *((_FETCH, source), (_SHIFT, 16), (_TIMES, two), (_FETCH_X, mixed), (_TURN_X, 0), (_STORE, mixed)),
        *((_FETCH, cookie), (_AND, 0xFFFF), (_TIMES, three), (_FETCH_X, mixed), (_TURN_X, 0), (_STORE, mixed)),
        *((_FETCH, cookie), (_SHIFT, 16), (_TIMES, four), (_FETCH_X, mixed), (_TURN_X, 0), (_TURN, inner)),
        *((_STORE, mixed), (_AND, 0xFFFF), (_TIMES, five), (_STORE, source)),
        *((_FETCH, mixed), (_SHIFT, 16), (_TIMES, six), (_FETCH_X, source), (_TURN_X, 0), (_TURN, outer)),
        (_FETCH_X, told),
    ]
    return [*(("", (*step, "", "")) for step in steps), ("", (_EQUAL_X, 0, "keep", "drop"))]


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
