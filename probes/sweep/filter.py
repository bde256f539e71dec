"""What the kernel lets through to us: classic BPF programs (filter.rst of the kernel's documentation). Pure.

An ``AF_PACKET, SOCK_DGRAM`` socket's filter sees the packet from its network header on.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Final

from probes.sweep.seal import TURNS
from probes.sweep.templates import GREETING, echo_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probes.sweep.seal import Marks, Seal, Spread

SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h; not in Python's socket module
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE = 0x20, 0x28, 0x30  # BPF_LD | size | BPF_ABS
_INDEX_WORD, _INDEX_HALF, _INDEX_BYTE = 0x40, 0x48, 0x50  # BPF_LD | size | BPF_IND: relative to X
_HEADER_LENGTH: Final = 0xB1  # BPF_LDX | BPF_B | BPF_MSH: X = 4 * (octet & 15)
_EQUAL, _ANY_BIT, _RETURN = 0x15, 0x45, 0x06  # BPF_JMP | BPF_JEQ, | BPF_JSET; BPF_RET
_EQUAL_X, _AT_LEAST, _AT_LEAST_X = 0x1D, 0x35, 0x3D  # BPF_JMP | BPF_JEQ | BPF_X, BPF_JMP | BPF_JGE, | BPF_X
_JUMP: Final = 0x05  # BPF_JMP | BPF_JA: however far
_AND, _TIMES, _SHIFT, _TURN, _TURN_X = 0x54, 0x24, 0x74, 0xA4, 0xAC  # BPF_ALU | AND, MUL, RSH, XOR; XOR | BPF_X
_PLUS, _PLUS_X, _LESS, _LESS_X, _AND_X = 0x04, 0x0C, 0x14, 0x1C, 0x5C  # BPF_ALU | ADD, SUB, AND
_STORE, _FETCH, _FETCH_X = 0x02, 0x60, 0x61  # BPF_ST, BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM
_PUT, _TO_X = 0x00, 0x07  # BPF_LD | BPF_IMM; BPF_MISC | BPF_TAX
_INSTRUCTION: Final = struct.Struct("=HBBI")
_KEEP: Final = 0xFFFF
_MOST_SOURCES: Final = 100  # a jump is at most 255 instructions long
_SYN_OR_RST: Final = 0x06
_BLOCKED: Final = (3, 9, 10, 13)
"""The codes of an unreachable that say that a filter stands in the way: :mod:`probes.sweep.unreachable`."""
_QUOTED: Final = 8  # behind the ICMP header
_INNER: Final = _QUOTED + 20  # what we send has no options
_TOLD, _COOKIE, _SOURCE, _MIXED, _WHAT = range(5)
"""Places in the filter's own memory."""
_REPLY, _ERROR = 0, 1
"""At :data:`_WHAT`: an echo reply, an error about an echo request; else how many ports there are."""

_Line = tuple[int, int, str, str]  # operation, operand, where to when true, where to when false ("" = next line)


def answers(sources: Sequence[bytes], marks: Marks) -> bytes:
    """Return a program that passes what can answer a probe, and bears our marks.

    That is echo replies, unreachables that say that a filter stands in the way, SYN-ACK, RST, UDP.

    Args:
        sources: our addresses, 4 octets each; when there are too many to compare, none is.
        marks: what every answer brings back.
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
        *_icmp(),
        ("tcp", (_INDEX_BYTE, 13, "", "")),
        ("", (_ANY_BIT, _SYN_OR_RST, "", "drop")),
        *_from_port(marks.tcp, "", (_LOAD_WORD, 12), asked=0, ours=2),
        *_from_port(marks.udp, "udp", (_LOAD_WORD, 12), asked=0, ours=2),
        *_from_port(marks.tcp, "quoted tcp", (_INDEX_WORD, _QUOTED + 16), asked=_INNER + 2, ours=_INNER),
        *_from_port(marks.udp, "quoted udp", (_INDEX_WORD, _QUOTED + 16), asked=_INNER + 2, ours=_INNER),
        *_sealed(marks.seal),
        *_compared(),
    ]
    return _assembled([*lines, ("drop", (_RETURN, 0, "", "")), ("keep", (_RETURN, _KEEP, "", ""))])


def _icmp() -> list[tuple[str, _Line]]:
    """Return what tells ICMP messages apart; X is where they begin."""
    return [
        ("icmp", (_INDEX_BYTE, 0, "", "")),
        ("", (_EQUAL, 3, "error", "")),
        ("", (_EQUAL, 0, "", "drop")),
        *_kept((_LOAD_WORD, 12), (_INDEX_WORD, 4), (_INDEX_WORD, 8 + len(GREETING)), _REPLY),
        ("error", (_INDEX_BYTE, 1, "", "")),
        *(("", (_EQUAL, code, "blocked", "")) for code in _BLOCKED),
        ("", (_RETURN, 0, "", "")),
        ("blocked", (_INDEX_BYTE, _QUOTED, "", "")),
        ("", (_EQUAL, 0x45, "", "drop")),
        ("", (_INDEX_BYTE, _QUOTED + 9, "", "")),
        ("", (_EQUAL, socket.IPPROTO_TCP, "quoted tcp", "")),
        ("", (_EQUAL, socket.IPPROTO_UDP, "quoted udp", "")),
        ("", (_EQUAL, socket.IPPROTO_ICMP, "", "drop")),
        ("", (_INDEX_HALF, _INNER, "", "")),
        ("", (_EQUAL, 0x0800, "", "drop")),
        *_kept((_INDEX_WORD, _QUOTED + 16), (_INDEX_WORD, _INNER + 4), (_INDEX_HALF, _INNER + 2), _ERROR),
    ]


def _from_port(
    spread: Spread | None, label: str, address: tuple[int, int], *, asked: int, ours: int
) -> list[tuple[str, _Line]]:
    """Return what fetches ports from behind X; a packet that no probe can have caused ends here."""
    if spread is None:
        # No plain return: the kernel takes what follows for its continuation, and would miss what that fetches.
        return [(label, (_JUMP, 0, "drop", ""))]
    told = _kept(address, (_INDEX_HALF, asked), (_INDEX_HALF, ours), spread.size, less=spread.first)
    return [(label, told[0][1]), *told[1:]]


def _kept(
    address: tuple[int, int], cookie: tuple[int, int], told: tuple[int, int], what: int, less: int = 0
) -> list[tuple[str, _Line]]:
    """Return what keeps an address, what its seal is made with, what the packet tells, and then has it sealed."""
    steps = (address, (_STORE, _SOURCE), cookie, (_STORE, _COOKIE), told, (_LESS, less), (_STORE, _TOLD), (_PUT, what))
    return [*(("", (*step, "", "")) for step in steps), ("", (_STORE, _WHAT, "", "")), ("", (_JUMP, 0, "seal", ""))]


def _sealed(seal: Seal) -> list[tuple[str, _Line]]:
    """Return what computes the seal of what was kept."""
    one, two, three, four, five, six = seal.factors
    inner, outer = seal.turned
    steps = [
        *((_FETCH, _SOURCE), (_AND, 0xFFFF), (_TIMES, one), (_STORE, _MIXED)),
        *((_FETCH, _SOURCE), (_SHIFT, 16), (_TIMES, two), (_FETCH_X, _MIXED), (_TURN_X, 0), (_STORE, _MIXED)),
        *((_FETCH, _COOKIE), (_AND, 0xFFFF), (_TIMES, three), (_FETCH_X, _MIXED), (_TURN_X, 0), (_STORE, _MIXED)),
        *((_FETCH, _COOKIE), (_SHIFT, 16), (_TIMES, four), (_FETCH_X, _MIXED), (_TURN_X, 0), (_TURN, inner)),
        *((_STORE, _MIXED), (_AND, 0xFFFF), (_TIMES, five), (_STORE, _SOURCE)),
        *((_FETCH, _MIXED), (_SHIFT, 16), (_TIMES, six), (_FETCH_X, _SOURCE), (_TURN_X, 0), (_TURN, outer)),
        (_STORE, _MIXED),
    ]
    return [("seal", (*steps[0], "", "")), *(("", (*step, "", "")) for step in steps[1:])]


def _compared() -> list[tuple[str, _Line]]:
    """Return what compares the seal with what the packet tells."""
    fold = ((_STORE, _TOLD), (_SHIFT, 16), (_TO_X, 0), (_FETCH, _TOLD), (_AND, 0xFFFF), (_PLUS_X, 0))
    words = [
        *((_FETCH, _MIXED), (_SHIFT, 16), (_TO_X, 0), (_FETCH, _MIXED), (_AND, 0xFFFF), (_PLUS_X, 0)),
        *((_FETCH_X, _TOLD), (_PLUS_X, 0), (_STORE, _TOLD)),
        *((_FETCH, _COOKIE), (_SHIFT, 16), (_TO_X, 0), (_FETCH, _COOKIE), (_AND, 0xFFFF), (_PLUS_X, 0)),
        *((_FETCH_X, _TOLD), (_PLUS_X, 0), (_PLUS, echo_sum()), *fold, *fold),
    ]
    place = [
        *((_FETCH_X, _MIXED), (_LESS_X, 0), (_STORE, _TOLD)),
        *((_FETCH, _WHAT), (_LESS, 1), (_TO_X, 0), (_FETCH, _TOLD), (_AND_X, 0)),
    ]
    return [
        ("", (_FETCH, _WHAT, "", "")),
        ("", (_EQUAL, _REPLY, "reply", "")),
        ("", (_EQUAL, _ERROR, "words", "")),
        ("", (_TO_X, 0, "", "")),  # ports: one of ours, and the one whose turn it is in some round
        ("", (_FETCH, _TOLD, "", "")),
        ("", (_AT_LEAST_X, 0, "drop", "")),
        *(("", (*step, "", "")) for step in place),
        ("", (_AT_LEAST, TURNS, "drop", "keep")),
        ("reply", (_FETCH_X, _TOLD, "", "")),
        ("", (_FETCH, _MIXED, "", "")),
        ("", (_EQUAL_X, 0, "keep", "drop")),
        ("words", (*words[0], "", "")),  # of the quoted request: with its checksum they are all ones (RFC 1071)
        *(("", (*step, "", "")) for step in words[1:]),
        ("", (_EQUAL, 0xFFFF, "keep", "drop")),
    ]


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
        _INSTRUCTION.pack(operation, 0, 0, jump(number, true))
        if operation == _JUMP
        else _INSTRUCTION.pack(operation, jump(number, true), jump(number, false), operand)
        for number, (_label, (operation, operand, true, false)) in enumerate(lines)
    )
