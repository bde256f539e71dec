"""What one written cell means, with the tolerance people's sheets need, and how a value is written back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from inventory.filing.layout import Kind, normalised
from inventory.model.hours import read_hours
from inventory.model.text import Text, text
from inventory.model.values import Mac, narrow

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.filing.layout import Column, Value
    from inventory.model.values import IPAddress, IPNetwork

_NOTHING: Final = frozenset({"-", "--", "—", "——", "–", "/", "\\", "无", "n/a", "不详"})
"""Written where there is nothing to say; in free text they stay."""
_EXCEL_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES: Final = re.compile(r"[^\S\n]+")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Marks that come along when an address is copied from a dialog or a web page."""
_WHOLE_FLOAT: Final = re.compile(r"([+-]?\d+)\.0*")
_EXPONENT: Final = re.compile(r"\d+(\.\d+)?e\+?\d{1,3}", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?)?"
)
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SEVERAL: Final = re.compile(r"[、,;\n]")
# Excel's day 0 as seen from 1 March 1900 on (it believes in a 29 February 1900); 20000 is 1954, 73050 is 2099.
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = range(20_000, 73_051)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be understood."""

    reason: Text


def read(column: Column, written: str) -> Value | Fault:
    """Return what a cell means: the value, None for an empty cell, or the fault in it."""
    cell = written.replace("\r\n", "\n").replace("\r", "\n").strip()
    if fault := _unreadable(cell):
        return fault
    if column.kind is not Kind.TEXT:
        cell = _SPACES.sub(" ", narrow(_INVISIBLE.sub("", cell))).strip()
        if cell.casefold() in _NOTHING and column.kind is not Kind.CHOICE:
            cell = ""
    if not cell:
        cell = column.default or ""
    if not cell:
        return Fault(text("This must not be empty.")) if column.required else None
    return _READERS[column.kind](column, cell)


def write(value: Value) -> str:
    """Return the stable text of a value, which :func:`read` takes back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _unreadable(cell: str) -> Fault | None:
    if cell in _EXCEL_ERRORS:
        return Fault(text("The cell holds Excel's error {error}.", error=cell))
    if _CONTROL.search(cell):
        return Fault(text("The cell holds characters that cannot be shown."))
    return None


def _too_long(column: Column, cell: str) -> Fault | None:
    if len(cell) > column.longest:
        return Fault(
            text("The text has {length} characters; at most {longest} fit.", length=len(cell), longest=column.longest)
        )
    return None


def _text(column: Column, cell: str) -> Value | Fault:
    return _too_long(column, cell) or cell


def _code(column: Column, cell: str) -> Value | Fault:
    if "\n" in cell:
        return Fault(text("{value} has several lines; write one value.", value=_shown(cell)))
    return _too_long(column, cell) or cell


def _phone(column: Column, cell: str) -> Value | Fault:
    cell = _whole(cell).replace("\n", ",")
    if _EXPONENT.fullmatch(cell):
        return Fault(text("Excel has shortened this number; make the column text and write it again."))
    if not any(character.isdigit() for character in cell):
        return Fault(text("This is not a phone number."))
    return _too_long(column, cell) or cell


def _integer(column: Column, cell: str) -> Value | Fault:
    digits = _whole(cell.replace(",", ""))
    lowest, highest = column.between
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", digits):
        return Fault(text("{value} is not a whole number.", value=_shown(cell)))
    number = int(digits)
    if not lowest <= number <= highest:
        return Fault(
            text("{value} is not between {lowest} and {highest}.", value=number, lowest=lowest, highest=highest)
        )
    return number


def _choice(column: Column, cell: str) -> Value | Fault:
    wanted = normalised(cell) or cell
    for choice in column.choices:
        if wanted in {normalised(w) or w for w in (choice.word, choice.title.message, *choice.synonyms)}:
            return choice.value
    if cell.casefold() in _NOTHING and not column.required:
        return None
    return Fault(
        text("{value} is not one of {choices}.", value=_shown(cell), choices=", ".join(c.word for c in column.choices))
    )


def _date(column: Column, cell: str) -> Value | Fault:  # noqa: ARG001 -- every reader has this shape
    whole = _whole(cell)
    if found := _DATE.fullmatch(cell) or _COMPACT_DATE.fullmatch(whole):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return Fault(text("There is no day {value}.", value=_shown(cell)))
    if re.fullmatch(r"[0-9]{5}", whole) and int(whole) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(whole))
    return Fault(text("{value} is not a date; write it like {example}.", value=_shown(cell), example="2021-11-30"))


def _mac(column: Column, cell: str) -> Value | Fault:  # noqa: ARG001 -- every reader has this shape
    whole = _whole(cell)
    try:
        mac = Mac.parse(whole)
    except ValueError:
        return Fault(_bad_mac(cell, whole))
    if mac.is_null:
        return Fault(text("{mac} is no real MAC address: all zeros.", mac=mac))
    if mac.is_group:
        return Fault(text("{mac} is a group address; no network card has it.", mac=mac))
    if mac.is_virtual_router:
        return Fault(text("{mac} is a virtual router's address; no network card has it.", mac=mac))
    return mac


def _bad_mac(cell: str, whole: str) -> Text:
    if _EXPONENT.fullmatch(whole) or (whole.isascii() and whole.isdigit()):
        return text(
            "{value} is no MAC address: Excel has made a number of it. Make the column text and write it again.",
            value=_shown(cell),
        )
    if _SEVERAL.search(cell):
        return text("There are several addresses in one cell; write one row per network card.")
    return text("{value} is not a MAC address: it takes twelve digits 0-9, A-F.", value=_shown(cell))


def _ip(column: Column, cell: str) -> Value | Fault:  # noqa: ARG001 -- every reader has this shape
    try:
        address = ip_address(cell)
    except ValueError:
        return Fault(_bad_ip(cell))
    if isinstance(address, IPv6Address) and address.scope_id:
        return Fault(
            text("{value} names a network card of one computer; write the address without it.", value=_shown(cell))
        )
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        return Fault(text("{value} is not the address of one computer or device.", value=_shown(cell)))
    return address


def _bad_ip(cell: str) -> Text:
    if _SEVERAL.search(cell):
        return text("There are several addresses in one cell; write one row per network card.")
    if "/" in cell:
        return text("{value} is a network; write the address alone, without mask.", value=_shown(cell))
    if re.fullmatch(r"[0-9.]+", cell) and cell.count(".") == 3 and _unpadded(cell):  # noqa: PLR2004 -- dots of an IPv4 address
        return text("{value} has leading zeros; write {right}.", value=_shown(cell), right=_unpadded(cell))
    return text("{value} is not an IP address.", value=_shown(cell))


def _unpadded(cell: str) -> IPAddress | None:
    try:
        return ip_address(".".join(str(int(part)) for part in cell.split(".")))
    except ValueError:
        return None


def _cidr(column: Column, cell: str) -> Value | Fault:
    compact = re.sub(r"\s+", "", cell)
    if "/" not in compact and column.kind is Kind.NETWORK:
        address = _ip(column, compact)
        return address if isinstance(address, Fault) else ip_network(str(address))
    if "/" not in compact:
        return Fault(
            text("{value} has no length; write it like {example}.", value=_shown(cell), example="10.20.3.0/24")
        )
    try:
        network: IPNetwork = ip_network(compact, strict=False)
        if isinstance(network.network_address, IPv6Address) and network.network_address.scope_id:
            return Fault(text("{value} is not a network.", value=_shown(cell)))
        written = ip_address(compact.partition("/")[0])
    except ValueError:
        return Fault(text("{value} is not a network.", value=_shown(cell)))
    if written != network.network_address:
        return Fault(
            text("{value} is an address within a network; the network is {right}.", value=_shown(cell), right=network)
        )
    return network


def _hours(column: Column, cell: str) -> Value | Fault:
    try:
        return ",".join(str(span) for span in read_hours(cell))
    except ValueError:
        return Fault(
            text("{value} is not a time of day; write it like {example}.", value=_shown(cell), example=column.example)
        )


def _whole(cell: str) -> str:
    """Take back what Excel does to numbers: ``12.0`` is 12."""
    found = _WHOLE_FLOAT.fullmatch(cell)
    return found[1] if found else cell


_LONGEST_SHOWN: Final = 60


def _shown(cell: str) -> str:
    """Return a cell's text on one line, short enough for a message."""
    line = " ".join(cell.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"


_READERS: Final[dict[Kind, Callable[[Column, str], Value | Fault]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.PHONE: _phone,
    Kind.INTEGER: _integer,
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.MAC: _mac,
    Kind.IP: _ip,
    Kind.CIDR: _cidr,
    Kind.NETWORK: _cidr,
    Kind.HOURS: _hours,
}
