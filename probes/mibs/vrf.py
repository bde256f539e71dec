"""Which VPN an interface belongs to: MPLS-L3VPN-STD-MIB (RFC 4382).

Two VPNs may use the same addresses. A row of an ARP table names an interface, and that names the VPN. Some systems show
the addresses of each VPN under a context of its own, and CISCO-CONTEXT-MAPPING-MIB names those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.mibs.cells import Rows, integer, words

if TYPE_CHECKING:
    from probes.mibs.cells import Oid

TABLE = "mplsL3VpnIfConfTable"
_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 10, 166, 11, 1, 2, 1, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 2),  # mplsL3VpnIfVpnClassification
    (*_ENTRY, 5),  # mplsL3VpnIfConfRowStatus
)

CONTEXT_COLUMNS: tuple[Oid, ...] = ((1, 3, 6, 1, 4, 1, 9, 9, 468, 1, 1, 1, 2),)
"""cContextMappingVrfName."""

_ACTIVE = 1
_OCTET_MAX = 255


def bindings(rows: Rows) -> dict[int, str]:
    """Return the VPN of each interface. Index: length and octets of the VPN's name, ifIndex."""
    found: dict[int, str] = {}
    for index, (_, status) in rows.items():
        name = index[1:-1]
        if len(index) < 3 or index[0] != len(name) or not all(0 <= octet <= _OCTET_MAX for octet in name):  # noqa: PLR2004 -- length, a name, ifIndex
            continue
        called = words(bytes(name))
        if called and integer(status) in {None, _ACTIVE}:
            found[index[-1]] = called
    return found


def contexts(rows: Rows) -> dict[str, str]:
    """Return context → VRF. Index: the context's name, with its length before it or without."""
    found: dict[str, str] = {}
    for index, (vrf,) in rows.items():
        letters = index[1:] if index and index[0] == len(index) - 1 else index
        called, name = _spelled(letters), words(vrf)
        if called and name:
            found[called] = name
    return found


def _spelled(letters: Oid) -> str | None:
    return words(bytes(letters)) if all(0 <= letter <= _OCTET_MAX for letter in letters) else None
