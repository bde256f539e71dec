"""A whole district as the portal shows it: units of every kind, their switches, endpoints, filings and sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from random import Random
from typing import TYPE_CHECKING, Final

from inventory.filing.attachments import accepted
from inventory.filing.lifecycle import Refusal
from inventory.model.batch import Batch
from inventory.model.cases import Actor, Role
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import (
    AddressFact,
    ArpKind,
    ArpRow,
    DeviceFact,
    FdbRow,
    FdbStatus,
    Identifier,
    IdentifierKind,
    InterfaceFact,
    LldpNeighbour,
)
from inventory.model.factset import ScannedBlock
from inventory.model.records import (
    ContactRole,
    ContactView,
    DeviceRole,
    DeviceView,
    InternetUse,
    PointStatus,
    PointView,
    PrefixView,
    RegistrationState,
    RegistrationView,
    SweepOutcome,
    Tier,
    UnitType,
    UnitView,
    YesNoUnknown,
)
from inventory.model.text import text
from inventory.model.values import PUBLIC_PLANE, Mac
from netaudit.app.resolve import conclude

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.model.facts import Fact
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry

NEWEST: Final = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""When the last sweep began."""
_APART: Final = timedelta(days=2)
_KINDS: Final = (
    (UnitType.BUREAU, Tier.DISTRICT, 34, ("教育局", "财政局", "民政局", "司法局", "审计局", "统计局", "水务局")),
    (UnitType.INSTITUTION, Tier.DISTRICT, 20, ("图书馆", "档案馆", "政务服务中心", "不动产登记中心")),
    (UnitType.SCHOOL, Tier.DISTRICT, 40, ("第{n}小学", "第{n}中学")),
    (UnitType.KINDERGARTEN, Tier.DISTRICT, 16, ("第{n}幼儿园",)),
    (UnitType.CLINIC, Tier.TOWN, 10, ("第{n}社区卫生服务中心预防接种门诊",)),
    (UnitType.TOWN, Tier.TOWN, 10, ("第{n}街道办事处",)),
    (UnitType.VILLAGE, Tier.VILLAGE, 20, ("第{n}社区居民委员会",)),
)
"""Kind, tier, how many of 150 units, how they are called."""
_MAKERS: Final = (0x00E0FC, 0x3C5282, 0x005056, 0x001AA9, 0x000FE2, 0x1C697A)
_PERSONS: Final = ("李四", "王芳", "张伟", "陈静", "刘洋", "黄丽华", "欧阳建国")
_TYPES: Final = ("台式机", "笔记本", "网络打印机", "自助一体机", "视频会议终端")
_LEFT_OUT: Final = 17
"""Every so many units the switch is not ours to read; every so many plus one are behind address translation."""
_CORES: Final = ("core-1", "core-2")
_TABLES: Final = (Table.SYSTEM, Table.INTERFACES, Table.ADDRESSES, Table.ARP, Table.FDB, Table.LLDP)
_MOST: Final = 230
"""Endpoints of one unit: its prefix is a /24."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One card in one unit."""

    unit: int
    mac: Mac
    ip: IPAddress
    port: int


@dataclass(frozen=True, slots=True)
class District:
    """Units and endpoints; the same numbers give the same district."""

    units: tuple[UnitView, ...]
    endpoints: tuple[Endpoint, ...]

    @classmethod
    def of(cls, units: int, endpoints: int) -> District:
        """Make one of so many units and endpoints."""
        random = Random(7)  # noqa: S311 -- a reproducible network, no secret
        weights = [random.uniform(0.3, 1.0) for _ in range(units)]
        counts = [min(_MOST, int(weight / sum(weights) * endpoints)) for weight in weights]
        for number in range(endpoints - sum(counts)):
            counts[number % units] += 1
        made = [
            Endpoint(u, _mac(u, n), ip_address(f"10.20.{u}.{10 + n}"), n + 1)
            for u in range(units)
            for n in range(counts[u])
        ]
        return cls(tuple(_units(counts)), tuple(made))

    def records(self) -> Batch:
        """Return units, points, prefixes, devices and contacts."""
        codes = [unit.code for unit in self.units]
        points = tuple(
            PointView(
                f"P-{n:03}", code, f"{self.units[n].name}机房", self.units[n].tier,
                YesNoUnknown.YES if _translated(n) else YesNoUnknown.NO, PointStatus.ACCEPTED,
                address=f"和平路{n + 1}号", room="101", carrier="电信", bandwidth_mbps=100,
            )
            for n, code in enumerate(codes)
        )  # fmt: skip
        prefixes = tuple(
            PrefixView(
                ip_network(f"10.20.{n}.0/24"), code, PUBLIC_PLANE, f"P-{n:03}", 100 + n, ip_address(f"10.20.{n}.1")
            )
            for n, code in enumerate(codes)
        )
        cores = tuple(
            DeviceView(name, ip_address(f"10.20.255.{n + 1}"), DeviceRole.CORE) for n, name in enumerate(_CORES)
        )
        switches = tuple(
            DeviceView(_switch(n), ip_address(f"10.20.{n}.2"), DeviceRole.ACCESS, "huawei_vrp", f"P-{n:03}")
            for n in range(len(codes))
            if not _translated(n)
        )
        contacts = tuple(
            ContactView(code, _PERSONS[n % 7], ContactRole.TECHNICAL_LEAD, f"138{n:08}") for n, code in enumerate(codes)
        )
        return Batch(self.units, points, prefixes, (*cores, *switches), contacts)

    def filings(self, wanted: int) -> tuple[RegistrationView, ...]:
        """Return registrations: most of them hold, some differ from what is seen, some are never seen."""
        random = Random(11)  # noqa: S311 -- a reproducible network, no secret
        chosen = sorted(random.sample(range(len(self.endpoints)), wanted))
        return tuple(self._filing(number, index) for number, index in enumerate(chosen))

    def _filing(self, number: int, index: int) -> RegistrationView:
        one = self.endpoints[index]
        ip, mac = one.ip, one.mac
        if number % 23 == 0:  # never seen
            mac = _mac(255, number)
            ip = ip_address(f"10.20.{one.unit}.{240 + number % 12}")
        elif number % 31 == 0:  # the card is there, at another address
            ip = ip_address(f"10.20.{one.unit}.{4 + number % 5}")
        states = {1: RegistrationState.SUBMITTED, 2: RegistrationState.DRAFT, 3: RegistrationState.RETURNED}
        state = states.get(number % 29, RegistrationState.APPROVED)
        return RegistrationView(
            0, self.units[one.unit].code, PUBLIC_PLANE, ip, mac, state,
            point=f"P-{one.unit:03}", person=_PERSONS[number % 7], phone=f"139{number:08}",
            device_type=_TYPES[number % 5], location=f"综合楼{1 + number % 6}0{1 + number % 9}", os="Kylin V10",
            internet=InternetUse.NO, purpose="办公", filed_at=NEWEST - timedelta(days=number % 300),
        )  # fmt: skip

    def facts(self, sweep: int, at: datetime) -> Iterator[tuple[str, list[Fact], list[TableCoverage]]]:
        """Yield what each device told one sweep; one endpoint in forty is switched off each time."""
        there = [one for number, one in enumerate(self.endpoints) if (number + sweep) % 40]
        by_unit: list[list[Endpoint]] = [[] for _ in self.units]
        for one in there:
            by_unit[one.unit].append(one)
        for number, name in enumerate(_CORES):
            told = list(_core(number, name, by_unit, at))
            yield name, told, _coverage(name, told, at)
        for unit, mine in enumerate(by_unit):
            if not _translated(unit):
                switched = list(_access(unit, mine, at)) if _read(unit) else []
                yield _switch(unit), switched, _coverage(_switch(unit), switched, at, ours=_read(unit))


def furnish(registry: Registry, units: int, endpoints: int, filings: int, sweeps: int = 1) -> District:
    """Fill a registry: records, sweeps, filings."""
    made = District.of(units, endpoints)
    registry.apply(made.records(), actor="import")
    for number in range(sweeps):
        sweep(registry, made, number, NEWEST - (sweeps - 1 - number) * _APART)
    registry.apply(Batch(registrations=made.filings(filings)), actor="import")
    _scan(registry, units)
    return made


def _scan(registry: Registry, units: int) -> None:
    """Attach the scan of a sealed form to a unit in the middle of the list."""
    content = b"%PDF-1.4 " + bytes(200_000)
    view = accepted(f"U-{min(units - 1, 12):03}", "备案表.pdf", content)
    assert not isinstance(view, Refusal)
    done = registry.desk.attachments.attach(view, content, Actor("import", Role.ADMIN))
    assert not isinstance(done, Refusal)


def sweep(registry: Registry, made: District, number: int, at: datetime) -> int:
    """Store one finished sweep."""
    sweep_id = registry.start_sweep({}, {}, at)
    for unit in range(len(made.units)):
        network = ip_network(f"10.20.{unit}.0/24")
        registry.scans.store_block(sweep_id, str(network), ScannedBlock(PUBLIC_PLANE, network, 254, 40), (), at)
    for device, facts, coverage in made.facts(number, at):
        registry.store_reading(sweep_id, f"read:{device}", device, facts, coverage, at)
    conclude(registry, sweep_id)
    asked = 254 * len(made.units)
    summary: dict[str, object] = {"targets": asked, "probed": asked, "alive": len(made.endpoints), "skipped": []}
    registry.finish_sweep(sweep_id, SweepOutcome.COMPLETE, at + timedelta(minutes=42), summary)
    return sweep_id


def _units(counts: Sequence[int]) -> Iterator[UnitView]:
    total = sum(many for _kind, _tier, many, _names in _KINDS)
    number = 0
    for kind, tier, many, names in _KINDS:
        for n in range(round(many * len(counts) / total) if kind is not UnitType.VILLAGE else len(counts) - number):
            name = "源城区" + names[n % len(names)].format(n=n + 1)
            name += "" if "{n}" in names[n % len(names)] or n < len(names) else f"（{n // len(names) + 1}）"
            declared = None if number % 9 == 0 else counts[number] + number % 4
            yield UnitView(f"U-{number:03}", name, None, tier, kind, declared)
            number += 1


def _translated(unit: int) -> bool:
    return unit % _LEFT_OUT == 5


def _read(unit: int) -> bool:
    return unit % _LEFT_OUT != 4


def _mac(unit: int, number: int) -> Mac:
    return Mac.from_bytes(((_MAKERS[(unit + number) % len(_MAKERS)] << 24) + (unit << 16) + number).to_bytes(6))


def _bridge(unit: int) -> Mac:
    return Mac.from_bytes(((0x4C1FCC << 24) + unit).to_bytes(6))


def _switch(unit: int) -> str:
    return f"sw-{unit:03}"


def _core(number: int, name: str, by_unit: Sequence[Sequence[Endpoint]], at: datetime) -> Iterator[Fact]:
    """Yield a core's tables: it routes every other unit, and learned each of its stations on one port."""
    yield _device(name, 1000 + number, at)
    for unit in range(number, len(by_unit), len(_CORES)):
        port, routed = unit + 1, 2000 + unit
        yield _interface(name, port, f"XGigabitEthernet0/0/{port}", at)
        yield _interface(name, routed, f"Vlanif{100 + unit}", at, kind=136)
        yield AddressFact(name, PUBLIC_PLANE, ip_address(f"10.20.{unit}.1"), routed, at, 24)
        if not _translated(unit):
            yield _neighbour(name, port, _switch(unit), _bridge(unit), at)
        for one in by_unit[unit][: 1 if _translated(unit) else None]:
            yield ArpRow(name, PUBLIC_PLANE, one.ip, one.mac, routed, ArpKind.DYNAMIC, at)
            yield FdbRow(name, one.mac, port, port, 100 + unit, 100 + unit, FdbStatus.LEARNED, at)


def _access(unit: int, mine: Iterable[Endpoint], at: datetime) -> Iterator[Fact]:
    """Yield an access switch's tables; port 500 leads to its core."""
    name, core = _switch(unit), unit % len(_CORES)
    yield _device(name, unit, at)
    yield _interface(name, 500, "XGigabitEthernet0/0/1", at)
    yield _neighbour(name, 500, _CORES[core], _bridge(1000 + core), at)
    yield FdbRow(name, _bridge(1000 + core), 500, 500, 100 + unit, 100 + unit, FdbStatus.LEARNED, at)
    for one in mine:
        yield _interface(name, one.port, f"GigabitEthernet0/0/{one.port}", at)
        yield FdbRow(name, one.mac, one.port, one.port, 100 + unit, 100 + unit, FdbStatus.LEARNED, at)


def _device(name: str, number: int, at: datetime) -> DeviceFact:
    chassis = Identifier(IdentifierKind.MAC, str(_bridge(number)))
    return DeviceFact(
        name, at, name, "Huawei Versatile Routing Platform Software", "1.3.6.1.4.1.2011.2.23.350", 8.6e6,
        _bridge(number), chassis, "S5720-52P-LI-AC", f"2102{number:08}", "V200R019C10SPC500", "huawei_vrp",
    )  # fmt: skip


def _interface(name: str, index: int, called: str, at: datetime, kind: int = 6) -> InterfaceFact:
    return InterfaceFact(
        name, index, called, called, None, None, kind, admin_up=True, oper_up=True, at=at, speed_mbps=1000
    )


def _neighbour(name: str, port: int, other: str, bridge: Mac, at: datetime) -> LldpNeighbour:
    chassis = Identifier(IdentifierKind.MAC, str(bridge))
    return LldpNeighbour(
        name, port, port, chassis, Identifier(IdentifierKind.INTERFACE_NAME, "XGigabitEthernet0/0/1"),
        None, other, None, at, is_bridge_or_router=True,
    )  # fmt: skip


def _coverage(name: str, facts: Sequence[Fact], at: datetime, *, ours: bool = True) -> list[TableCoverage]:
    if not ours:
        return [TableCoverage(name, table, Completeness.TIMED_OUT, 0, at, text("no answer")) for table in _TABLES]
    rows = {
        Table.SYSTEM: DeviceFact, Table.INTERFACES: InterfaceFact, Table.ADDRESSES: AddressFact, Table.ARP: ArpRow,
        Table.FDB: FdbRow, Table.LLDP: LldpNeighbour,
    }  # fmt: skip
    return [
        TableCoverage(name, table, Completeness.COMPLETE, sum(isinstance(fact, kind) for fact in facts), at)
        for table, kind in rows.items()
    ]
