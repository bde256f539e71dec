"""One cell: what is tolerated, what is refused, and that reading takes back what writing wrote."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network

import pytest

from inventory.filing.cells import Fault, read
from inventory.filing.schema import TABLES
from inventory.model.batch import RecordKind
from inventory.model.records import Addressing, InternetUse, Leads, Purpose, Tier, UnitType, YesNoUnknown
from inventory.model.values import Mac
from netaudit.i18n import LANGUAGES, Language, translator

U, PT, PX, D, C, R, X, S = RecordKind

MAC = Mac("00:e0:fc:12:34:56")
UNDERSTOOD = [
    (R, "mac", "00-E0-FC-12-34-56", MAC),
    (R, "mac", "00e0-fc12-3456", MAC),
    (R, "mac", "00e0.fc12.3456", MAC),
    (R, "mac", " 00:e0:fc:12:34:56 ", MAC),
    (R, "mac", "00E0FC123456", MAC),
    (R, "mac", "\u200e00-E0-FC-12-34-56\u202c", MAC),
    (R, "mac", "00\u00a0e0\u3000fc 12 34 56", MAC),
    (U, "code", " YC\u00a0 EDU\t03 ", "YC EDU 03"),
    (D, "name", "sw-edu-03", "sw-edu-03"),
    (R, "mac", "00 e0 fc 12 34 56", MAC),
    (R, "mac", "00:E0:FC:12:34:56", MAC),
    (R, "mac", "102030405060.0", Mac("10:20:30:40:50:60")),
    (R, "ip", " 10。20.3.14", ip_address("10.20.3.14")),
    (R, "ip", "10.20.3.14 ", ip_address("10.20.3.14")),
    (R, "ip", "2001:DB8::1", ip_address("2001:db8::1")),
    (R, "plane", "", "public"),
    (R, "plane", "—", "public"),
    (R, "addressing", "静态", Addressing.STATIC),
    (R, "addressing", "动态", Addressing.DHCP),
    (R, "addressing", "", None),
    (R, "internet", "分时切换", InternetUse.SWITCHED),
    (R, "internet", "否", InternetUse.NO),
    (R, "internet", "无", InternetUse.NO),
    (R, "in_service_since", "2021-11-30", date(2021, 11, 30)),
    (R, "in_service_since", "2021/11/3", date(2021, 11, 3)),
    (R, "in_service_since", "2021.11.30", date(2021, 11, 30)),
    (R, "in_service_since", "2021年11月30日", date(2021, 11, 30)),
    (R, "in_service_since", "20211130", date(2021, 11, 30)),
    (R, "in_service_since", "20211130.0", date(2021, 11, 30)),
    (R, "in_service_since", "44530", date(2021, 11, 30)),
    (R, "in_service_since", "44530.0", date(2021, 11, 30)),
    (R, "in_service_since", "2021-11-30 00:00:00", date(2021, 11, 30)),
    (R, "phone", "13800001234.0", "13800001234"),
    (R, "phone", "0762-3381234 转 802", "0762-3381234 转 802"),
    (R, "remark", "无", "无"),
    (R, "remark", " 第一行\r\n第二行 ", "第一行\n第二行"),
    (U, "tier", "区", Tier.DISTRICT),
    (U, "tier", "村(社区)", Tier.VILLAGE),
    (U, "tier", "Village", Tier.VILLAGE),
    (U, "type", "学校", UnitType.SCHOOL),
    (U, "type", "school", UnitType.SCHOOL),
    (U, "declared_endpoints", "12.0", 12),
    (U, "declared_endpoints", "12", 12),
    (U, "declared_endpoints", "1,200", 1200),
    (U, "declared_endpoints", "", None),
    (U, "declared_endpoints", "-", None),
    (U, "code", "YC-EDU-03", "YC-EDU-03"),
    (PT, "nat", "", YesNoUnknown.UNKNOWN),
    (PT, "nat", "是", YesNoUnknown.YES),
    (PX, "cidr", "10.20.3.0 / 24", ip_network("10.20.3.0/24")),
    (PX, "cidr", "10.20.3.0/255.255.255.0", ip_network("10.20.3.0/24")),
    (PX, "cidr", "2001:db8::/64", ip_network("2001:db8::/64")),
    (PX, "dhcp", "是", True),
    (PX, "dhcp", "no", False),
    (PX, "purpose", "已退役", Purpose.RETIRED),
    (PX, "vlan", "4094", 4094),
    (PX, "rate_limit", "20", 20),
    (PX, "quiet_hours", "8:30—9:30;14：00至15：00", "08:30-09:30,14:00-15:00"),
    (PX, "quiet_hours", "22:00-06:00", "22:00-06:00"),
    (PX, "quiet_hours", "", None),
    (X, "target", "10.20.3.7", ip_network("10.20.3.7/32")),
    (X, "target", "10.20.3.64/28", ip_network("10.20.3.64/28")),
    (X, "target", "2001:db8::7", ip_network("2001:db8::7/128")),
    (X, "until", "2026年12月31日", date(2026, 12, 31)),
    (S, "leads", "上联口", Leads.CORE),
    (S, "leads", "级联", Leads.DEVICE),
    (S, "leads", "终端", Leads.STATIONS),
]


@pytest.mark.parametrize(("kind", "key", "written", "meant"), UNDERSTOOD)
def test_understood(kind: RecordKind, key: str, written: str, meant: object) -> None:
    assert read(TABLES[kind].by_key[key], written) == meant


REFUSED = [
    (R, "mac", "", "must not be empty"),
    (R, "mac", "-", "must not be empty"),
    (R, "mac", "00-E0-FC-12-34-5", "twelve digits"),
    (R, "mac", "1.23E+09", "Excel has made a number"),
    (R, "mac", "123456789", "Excel has made a number"),
    (R, "mac", "00:00:00:00:00:00", "all zeros"),
    (R, "mac", "01-00-5e-00-00-01", "group address"),
    (R, "mac", "ff:ff:ff:ff:ff:ff", "group address"),
    (R, "mac", "00:00:5e:00:01:0a", "virtual router"),
    (R, "mac", "00-E0-FC-12-34-56、00-E0-FC-12-34-57", "several addresses"),
    (R, "ip", "10.20.3.14、10.20.3.15", "several addresses"),
    (R, "ip", "10.20.3.14\n10.20.3.15", "several addresses"),
    (R, "ip", "10.20.3.256", "not an IP address"),
    (R, "ip", "010.020.003.014", "write 10.20.3.14"),
    (R, "ip", "10.20.3.14/24", "without mask"),
    (R, "ip", "224.0.0.1", "not the address of one"),
    (R, "ip", "fe80::1%eth0", "names a network card"),
    (R, "in_service_since", "2021-02-30", "There is no day"),
    (R, "in_service_since", "去年", "not a date"),
    (R, "in_service_since", "11/30/2021", "not a date"),
    (R, "phone", "1.38E+10", "Excel has shortened"),
    (R, "phone", "没有电话", "not a phone"),
    (R, "remark", "#N/A", "Excel's error"),
    (R, "remark", "a\x00b", "cannot be shown"),
    (R, "remark", "x" * 1001, "1001 characters"),
    (R, "internet", "maybe", "yes, no, switched"),
    (U, "code", "a\nb", "several lines"),
    (U, "declared_endpoints", "12.5", "not a whole number"),
    (U, "declared_endpoints", "-1", "not between"),
    (PX, "vlan", "0", "not between 1 and 4094"),
    (PX, "vlan", "4095", "not between 1 and 4094"),
    (PX, "cidr", "10.20.3.0", "no length"),
    (PX, "cidr", "10.20.3.1/24", "the network is 10.20.3.0/24"),
    (PX, "cidr", "10.20.3.0/33", "not a network"),
]


@pytest.mark.parametrize(("kind", "key", "written", "reason"), REFUSED)
def test_refused_with_a_reason(kind: RecordKind, key: str, written: str, reason: str) -> None:
    value = read(TABLES[kind].by_key[key], written)
    assert isinstance(value, Fault)
    assert reason in str(value.reason)


@pytest.mark.parametrize("kind", RecordKind)
def test_the_example_of_every_column_is_understood(kind: RecordKind) -> None:
    for column in TABLES[kind].columns:
        value = read(column, column.example)
        assert value is not None
        assert not isinstance(value, Fault), (column.key, str(value))


@pytest.mark.parametrize("kind", RecordKind)
def test_every_word_of_a_choice_means_one_value(kind: RecordKind) -> None:
    for column in TABLES[kind].columns:
        for choice in column.choices:
            for word in (choice.word, choice.title.message, *choice.synonyms):
                assert read(column, word) == choice.value, (column.key, word)


@pytest.mark.parametrize("kind", RecordKind)
def test_every_header_means_one_column(kind: RecordKind) -> None:
    table = TABLES[kind]
    for column in table.columns:
        for header in (column.key, column.key.upper(), column.title.message, f" {column.title.message} *"):
            assert table.column(header) is column


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", RecordKind)
def test_what_templates_and_listings_show_in_a_language_is_understood(kind: RecordKind, language: Language) -> None:
    gettext = translator(language)
    table = TABLES[kind]
    for column in table.columns:
        assert table.column(gettext(column.title.message)) is column, gettext(column.title.message)
        for choice in column.choices:
            assert read(column, gettext(choice.title.message)) == choice.value, gettext(choice.title.message)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("计算机IP", "ip"),
        ("IP地址", "ip"),
        ("终端IP", "ip"),
        ("物理地址", "mac"),
        ("网卡 地址", "mac"),
        ("MAC", "mac"),
        ("使用者", "person"),
        ("责任人", "person"),
        ("保管人*", "person"),
        ("安装位置(楼/房间)", "location"),
    ],
)
def test_headers_seen_in_practice(header: str, key: str) -> None:
    column = TABLES[R].column(header)
    assert column is not None
    assert column.key == key
