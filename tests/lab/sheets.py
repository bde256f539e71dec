"""The lab's import sheets: what the district office has on file, as csv, with people made up by number."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from .topology import Topology
    from .truth import Truth

COLUMNS: Final = {
    "units": "code name parent tier type declared_endpoints",
    "points": "code unit name tier address room carrier circuit bandwidth_mbps status project nat device port",
    "prefixes": "cidr unit point plane vlan gateway purpose dhcp",
    "devices": "name address platform point role snmp_profile ssh_profile serial model",
    "contacts": "unit name role phone email valid_from valid_to",
    "registrations": "unit point person phone device_type brand_model serial os ip mac plane location addressing"
    " internet purpose in_service_since remark",
}
_SURNAMES: Final = "李王张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
_NAMES: Final = ("建国", "秀英", "伟", "芳", "志强", "丽华", "敏", "海燕", "俊杰", "桂兰", "文斌", "晓红")
_KINDS: Final = {
    "pc": "台式机",
    "server": "服务器",
    "printer": "打印机",
    "camera": "摄像头",
    "phone": "IP电话",
    "terminal": "自助终端",
    "router": "路由器",
}


def write(folder: Path, topology: Topology, truth: Truth) -> None:
    """Write every sheet into a folder."""
    folder.mkdir(exist_ok=True)
    rows: dict[str, Iterable[Mapping[str, object]]] = {
        "units": _units(topology),
        "points": _points(topology),
        "prefixes": _prefixes(topology),
        "devices": _devices(topology),
        "contacts": _contacts(topology),
        "registrations": _registrations(truth),
    }
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            sheet = csv.DictWriter(file, columns.split(), restval="")
            sheet.writeheader()
            sheet.writerows(rows[name])


def _person(number: int) -> str:
    return _SURNAMES[number * 7 % len(_SURNAMES)] + _NAMES[number * 5 % len(_NAMES)]


def _phone(number: int) -> str:
    # Shaped like a mobile number, because sheets are checked for that.
    return f"1390000{number:04d}"


def _units(topology: Topology) -> Iterable[Mapping[str, object]]:
    for unit in topology.units:
        yield {
            "code": unit.code,
            "name": unit.name,
            "parent": unit.parent,
            "tier": unit.tier,
            "type": unit.type,
            "declared_endpoints": unit.declared,
        }


def _points(topology: Topology) -> Iterable[Mapping[str, object]]:
    for point in topology.points:
        yield {
            "code": point.code,
            "unit": point.unit,
            "name": point.name,
            "tier": point.tier,
            "status": "accepted",
            "nat": point.nat,
            "device": point.hangs_on.device,
            "port": point.hangs_on.name,
        }


def _prefixes(topology: Topology) -> Iterable[Mapping[str, object]]:
    for prefix in topology.prefixes:
        yield {
            "cidr": prefix.cidr,
            "unit": prefix.unit,
            "point": prefix.point,
            "plane": "public",
            "gateway": prefix.gateway or "",
            "purpose": prefix.purpose,
            "dhcp": "no",
        }


def _devices(topology: Topology) -> Iterable[Mapping[str, object]]:
    core = topology.core
    own = {"platform": "generic", "ssh_profile": "lab"}
    yield own | {
        "name": core.name,
        "address": core.address,
        "point": core.point,
        "role": "router",
        "snmp_profile": core.profile,
        "model": core.model,
    }
    for switch in topology.switches:
        if switch.managed:
            yield own | {
                "name": switch.name,
                "address": switch.address,
                "point": switch.point,
                "role": switch.role,
                "snmp_profile": switch.profile,
            }
    for router in topology.routers:
        # The carrier gave no credentials, so there is no profile.
        yield {"name": router.name, "address": router.address, "point": router.point, "role": "router"}


def _contacts(topology: Topology) -> Iterable[Mapping[str, object]]:
    for number, unit in enumerate(topology.units, start=101):
        yield {"unit": unit.code, "name": _person(number), "role": "technical_lead", "phone": _phone(number)}


def _registrations(truth: Truth) -> Iterable[Mapping[str, object]]:
    for number, filed in enumerate(truth.registrations, start=1):
        yield {
            "unit": filed.unit,
            "point": filed.point,
            "person": _person(number),
            "phone": _phone(number),
            "device_type": _KINDS[filed.kind],
            "ip": filed.ip,
            "mac": filed.mac,
            "plane": "public",
            "addressing": "static",
            "internet": "no",
        }
