"""单位网络情况表 as columns: the one definition behind the sheet, the form and the options of the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from inventory.filing.cells import Fault, read, write
from inventory.filing.choices import NAT_WORDS
from inventory.filing.layout import Choice, Column, Kind, normalised
from inventory.filing.lifecycle import Refusal
from inventory.model.dossiers import Keeper, ProfileView
from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping

KEEPERS: Final = (
    Choice(Keeper.UNIT, text("the unit"), ("本单位", "自管", "单位")),
    Choice(Keeper.OFFICE, text("the network office"), ("区局", "网络办", "政数局", "信息中心")),
    Choice(Keeper.CARRIER, text("the carrier"), ("运营商", "电信", "移动", "联通", "广电")),
)
_MOST: Final = (0, 100_000)

# fmt: off
PROFILE: Final = (
    Column("access_device", text("Access device"), Kind.TEXT, text("Brand and model of the device the line ends on."),
           "MSR2600", ("接入设备", "接入设备品牌型号", "出口设备")),
    Column("managed_by", text("Looked after by"), Kind.CHOICE, text("Who looks after the access device."), "unit",
           ("管理方", "设备管理方", "维护方"), choices=KEEPERS),
    Column("nat", text("Address translation"), Kind.CHOICE,
           text("Whether a router puts the unit's endpoints behind one address (NAT)."), "no",
           ("是否NAT", "NAT", "是否地址转换"), choices=NAT_WORDS),
    Column("lan_prefixes", text("Internal networks"), Kind.TEXT, text("Addresses used inside, where they differ."),
           "192.168.1.0/24", ("内网网段", "局域网网段")),
    Column("dhcp", text("DHCP server"), Kind.CHOICE, text("Whether endpoints get their addresses by DHCP."), "no",
           ("DHCP服务器", "是否DHCP", "DHCP"), choices=NAT_WORDS),
    Column("wireless_aps", text("Wireless access points"), Kind.INTEGER, text("How many there are."), "0",
           ("无线AP数", "AP数", "无线AP数量"), between=_MOST),
    Column("internet_exit", text("Own Internet exit"), Kind.CHOICE,
           text("Whether the unit has an Internet line of its own."), "no",
           ("自建互联网出口", "是否自建互联网出口", "与其他网络连接情况"), choices=NAT_WORDS),
    Column("internet_line", text("Internet line"), Kind.TEXT, text("Carrier and bandwidth of that line."),
           "电信 200M", ("互联网出口线路", "运营商/带宽", "出口运营商带宽")),
    Column("switches_managed", text("Managed switches"), Kind.INTEGER, text("Switches one can log in to."), "1",
           ("可网管交换机", "可网管交换机台数"), between=_MOST),
    Column("switches_unmanaged", text("Unmanaged switches"), Kind.INTEGER, text("Switches and hubs without login."),
           "2", ("不可网管交换机", "不可网管交换机台数", "HUB数"), between=_MOST),
    Column("declared_endpoints", text("Declared endpoints"), Kind.INTEGER,
           text("How many endpoints the unit says it has on this network."), "40",
           ("申报终端数", "电子政务外网终端数", "终端数"), between=(0, 1_000_000)),
    Column("remark", text("Remark"), Kind.TEXT, text("Anything else."), "", ("备注",), longest=500),
)
# fmt: on
BY_KEY: Final = {column.key: column for column in PROFILE}
_BY_NAME: Final = {
    normalised(name): column
    for column in reversed(PROFILE)
    for name in (*column.synonyms, column.title.message, column.key)
}


def column_of(name: str) -> Column | None:
    """Return the column a label means: its key, its title or what people call it."""
    return _BY_NAME.get(normalised(name))


def cells_of(view: ProfileView) -> dict[str, str]:
    """Return what a profile says, as written in a sheet."""
    return {column.key: write(getattr(view, column.key)) for column in PROFILE}


def revised(before: ProfileView, written: Mapping[str, str]) -> ProfileView | Refusal:
    """Return the profile with new cells, or what is wrong with one of them."""
    values: dict[str, Any] = {}
    for key, cell in written.items():
        column = BY_KEY.get(key)
        if column is None:
            return Refusal(text("There is no column {column}.", column=key), column=key)
        value = read(column, cell)
        if isinstance(value, Fault):
            return Refusal(text("{column}: {reason}", column=column.title, reason=value.reason), column=key)
        values[key] = value
    return replace(before, **values)


def differing(before: ProfileView, after: ProfileView) -> tuple[str, ...]:
    """Return the keys of the columns in which two profiles differ."""
    return tuple(column.key for column in PROFILE if getattr(before, column.key) != getattr(after, column.key))
