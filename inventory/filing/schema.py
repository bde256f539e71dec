"""The six import tables as data: the one definition behind sheets, checks, templates and command-line options."""

from __future__ import annotations

from typing import Final

from inventory.filing import choices
from inventory.filing.layout import Column, Kind, Table
from inventory.model.batch import RecordKind
from inventory.model.text import text
from inventory.model.values import PUBLIC_PLANE

_VLANS: Final = (1, 4094)  # IEEE 802.1Q: 0 and 4095 are reserved

# A column is two or three lines, so that the tables can be read as tables:
# fmt: off
UNITS: Final = Table(
    RecordKind.UNIT,
    text("Units"),
    (
        Column(
            "code", text("Unit code"), Kind.CODE, text("A short name you choose; other sheets refer to it."),
            "YC-EDU-03",
            ("单位编号", "单位编码", "单位代码", "编号", "编码", "代码"), required=True,
        ),
        Column(
            "name", text("Unit name"), Kind.TEXT, text("The unit's full legal name."), "源城区示例小学",
            ("单位名称", "单位全称", "单位", "名称"), required=True,
        ),
        Column(
            "parent", text("Parent unit"), Kind.CODE, text("Code of the unit it belongs to."), "YC-EDU",
            ("主管单位", "上级单位", "主管部门", "上级单位编号"), refers=RecordKind.UNIT,
        ),
        Column("tier", text("Tier"), Kind.CHOICE, text("District, town or village."), "district",
               ("层级", "级别"), choices=choices.TIERS),
        Column("type", text("Unit type"), Kind.CHOICE, text("What kind of organisation it is."), "school",
               ("单位类别", "单位类型", "类别", "类型", "单位性质"), choices=choices.UNIT_TYPES),
        Column(
            "declared_endpoints", text("Declared endpoints"), Kind.INTEGER,
            text("How many endpoints the unit says it has on this network."), "40",
            ("申报终端数", "申报数", "终端数", "终端数量", "电子政务外网终端数"), between=(0, 1_000_000),
        ),
    ),
    ("code",),
    ("单位", "单位表", "单位清单", "单位信息", "unit"),
)

POINTS: Final = Table(
    RecordKind.POINT,
    text("Points"),
    (
        Column("code", text("Point code"), Kind.CODE, text("A short name of the access line."), "P-031",
               ("点位编号", "点位编码", "点位代码", "编号", "编码"), required=True),
        Column("unit", text("Unit code"), Kind.CODE, text("Code of the unit at this point."), "YC-EDU-03",
               ("单位编号", "单位编码", "单位代码", "单位", "所属单位", "单位名称", "单位全称"),
               required=True, refers=RecordKind.UNIT),
        Column("name", text("Point name"), Kind.TEXT, text("How people call the place."), "示例小学信息中心",
               ("点位名称", "点位", "名称"), required=True),
        Column("tier", text("Tier"), Kind.CHOICE, text("District, town or village."), "district",
               ("层级", "级别"), choices=choices.TIERS),
        Column("address", text("Address"), Kind.TEXT, text("Street address."),
               "示例路1号", ("地址", "详细地址", "点位地址")),
        Column("room", text("Room"), Kind.TEXT, text("Room where the line ends."),
               "综合楼301", ("房间", "房间号", "机房")),
        Column("carrier", text("Carrier"), Kind.TEXT, text("Who runs the line."), "电信",
               ("运营商", "线路运营商", "承建运营商")),
        Column("circuit", text("Circuit"), Kind.CODE, text("The carrier's circuit number."), "ZX-2021-0031",
               ("电路号", "专线号", "电路", "专线", "电路编号", "专线编号", "电路代号")),
        Column("bandwidth_mbps", text("Bandwidth Mbit/s"), Kind.INTEGER, text("Bandwidth in Mbit/s, number only."),
               "100",
               ("带宽", "带宽Mbit/s", "带宽(Mbps)", "带宽M", "带宽兆"), between=(1, 10_000_000)),
        Column("status", text("Status"), Kind.CHOICE, text("How far the point has come."), "accepted",
               ("状态", "进度", "建设状态"), choices=choices.POINT_STATUSES),
        Column("project", text("Project"), Kind.TEXT, text("The project that pays for it."), "政务外网三级全覆盖",
               ("项目", "项目名称", "所属项目")),
        Column("nat", text("NAT"), Kind.CHOICE, text("Whether the unit hides endpoints behind address translation."),
               "no",
               ("是否NAT", "地址转换", "地址转换(NAT)", "NAT方式"), default="unknown", choices=choices.NAT_WORDS),
        Column("device", text("Device"), Kind.CODE, text("Name of the network device the line ends on."), "sw-edu-03",
               ("网络设备", "接入设备", "接入交换机", "设备", "设备名称"), refers=RecordKind.DEVICE),
        Column("port", text("Port"), Kind.CODE, text("Port of that device."), "GigabitEthernet0/0/7",
               ("端口", "接入端口", "设备端口")),
    ),
    ("code",),
    ("点位", "点位表", "点位清单", "点位信息", "point"),
)

PREFIXES: Final = Table(
    RecordKind.PREFIX,
    text("Prefixes"),
    (
        Column("cidr", text("Prefix"), Kind.CIDR, text("Network and length."), "10.20.3.0/24",
               ("网段", "IP网段", "地址段", "IP地址段", "子网", "网络地址", "CIDR"), required=True),
        Column("unit", text("Unit code"), Kind.CODE, text("Code of the unit the prefix is assigned to."), "YC-EDU-03",
               ("单位编号", "单位编码", "单位代码", "单位", "所属单位", "使用单位", "单位名称", "单位全称"),
               required=True, refers=RecordKind.UNIT),
        Column("point", text("Point"), Kind.CODE, text("Code of the point that uses it."), "P-031",
               ("点位", "点位编号", "点位编码", "所属点位"), refers=RecordKind.POINT),
        Column("plane", text("Network plane"), Kind.CODE,
               text("Network plane or VPN; the same addresses may exist once in each."), PUBLIC_PLANE,
               ("网络平面", "平面", "VPN", "VPN实例", "VRF", "网络区域"), default=PUBLIC_PLANE, longest=64),
        Column("vlan", text("VLAN"), Kind.INTEGER, text("VLAN number, 1 to 4094."), "203",
               ("VLAN号", "VLANID", "VLAN编号"), between=_VLANS),
        Column("gateway", text("Gateway"), Kind.IP, text("The gateway's address within the prefix."), "10.20.3.1",
               ("网关", "网关地址", "默认网关")),
        Column("purpose", text("Purpose"), Kind.CHOICE, text("Retired prefixes are not swept."), "user",
               ("用途", "网段用途"), default="user", choices=choices.PURPOSES),
        Column("dhcp", text("DHCP"), Kind.CHOICE, text("Whether addresses are handed out by DHCP."), "no",
               ("是否DHCP", "动态分配", "DHCP分配"), choices=choices.YES_NO),
        Column("rate_limit", text("Packets per second"), Kind.INTEGER,
               text("How many packets per second a sweep may send there at most; empty: no limit of its own."), "20",
               ("速率上限", "发包速率上限", "每秒包数", "每秒包数上限", "限速"), between=(1, 1_000_000)),
        Column("quiet_hours", text("Quiet hours"), Kind.HOURS,
               text("When nothing is sent there, local time."), "08:30-09:30,14:00-15:00",
               ("静默时段", "禁扫时段", "免打扰时段")),
    ),
    ("cidr", "plane"),
    ("网段", "网段表", "地址规划", "IP地址规划", "地址规划表", "prefix"),
)

DEVICES: Final = Table(
    RecordKind.DEVICE,
    text("Devices"),
    (
        Column("name", text("Device name"), Kind.CODE, text("The device's own name, as its prompt shows it."),
               "sw-edu-03",
               ("设备名称", "设备名", "名称", "主机名"), required=True),
        Column("address", text("Management address"), Kind.IP, text("The address it is managed at."), "10.20.0.3",
               ("管理地址", "管理IP", "设备IP", "IP地址", "管理IP地址", "IP"), required=True),
        Column("platform", text("Platform"), Kind.CODE, text("Operating system, if you know it."), "generic",
               ("平台", "操作系统", "系统平台")),
        Column("point", text("Point"), Kind.CODE, text("Code of the point it stands at."), "P-031",
               ("点位", "点位编号", "点位编码", "所在点位"), refers=RecordKind.POINT),
        Column("role", text("Role"), Kind.CHOICE, text("What it does."), "access",
               ("角色", "设备角色", "设备类型", "类型"), default="other", choices=choices.DEVICE_ROLES),
        Column("snmp_profile", text("SNMP profile"), Kind.CODE,
               text("Name of an SNMP profile in the settings file; never the community itself."), "access",
               ("SNMP凭据名", "SNMP配置", "SNMP凭据", "SNMP配置名", "SNMP模板")),
        Column("ssh_profile", text("SSH profile"), Kind.CODE,
               text("Name of an SSH profile in the settings file; never the password itself."), "switches",
               ("SSH凭据名", "SSH配置", "SSH凭据", "SSH配置名", "SSH模板")),
        Column("serial", text("Serial number"), Kind.CODE, text("Serial number on its label."), "2102350DLR1234567890",
               ("序列号", "SN", "设备序列号")),
        Column("model", text("Model"), Kind.TEXT, text("Model on its label."), "S5735-L24T4S-A",
               ("型号", "设备型号", "品牌型号")),
    ),
    ("name",),
    ("网络设备", "设备", "网络设备表", "网络设备清单", "设备清单", "device"),
)

CONTACTS: Final = Table(
    RecordKind.CONTACT,
    text("Contacts"),
    (
        Column("unit", text("Unit code"), Kind.CODE, text("Code of the unit the person answers for."), "YC-EDU-03",
               ("单位编号", "单位编码", "单位代码", "单位", "所属单位", "单位名称", "单位全称"),
               required=True, refers=RecordKind.UNIT),
        Column("name", text("Person"), Kind.TEXT, text("The person's name."), "张三",
               ("姓名", "联系人", "联系人姓名", "负责人"), required=True),
        Column("role", text("Role"), Kind.CHOICE, text("Technical contact, deputy or unit leader."), "technical_lead",
               ("角色", "职责", "联系人类别", "类别"), choices=choices.CONTACT_ROLES),
        Column("phone", text("Phone"), Kind.PHONE, text("Phone number; masked in every listing."), "13800001234",
               ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码"), longest=40),
        Column("email", text("E-mail"), Kind.CODE, text("E-mail address; masked in every listing."),
               "zhangsan@example.gov.cn",
               ("邮箱", "电子邮箱", "电子邮件", "邮件", "Email")),
        Column("valid_from", text("Valid from"), Kind.DATE, text("First day of the duty."), "2021-09-01",
               ("生效日期", "开始日期", "任职日期", "有效期起", "起始日期")),
        Column("valid_to", text("Valid to"), Kind.DATE, text("Last day of the duty, if it has ended."), "2022-08-31",
               ("失效日期", "结束日期", "离任日期", "有效期止", "截止日期")),
    ),
    ("unit", "name", "role"),
    ("联系人", "联系人表", "技术负责人", "技术负责人备案表", "contact"),
)

REGISTRATIONS: Final = Table(
    RecordKind.REGISTRATION,
    text("Registrations"),
    (
        Column("unit", text("Unit code"), Kind.CODE, text("Code of the unit that files the endpoint."), "YC-EDU-03",
               ("单位编号", "单位编码", "单位代码", "单位", "所属单位", "单位名称", "单位全称", "使用单位"),
               required=True, refers=RecordKind.UNIT),
        Column("point", text("Point"), Kind.CODE, text("Code of the point it is connected at."), "P-031",
               ("点位", "点位编号", "点位编码", "所属点位"), refers=RecordKind.POINT),
        Column("person", text("User"), Kind.TEXT, text("Who uses or keeps the endpoint."), "李四",
               ("使用人", "使用者", "责任人", "保管人", "管理人", "使用人/管理人", "姓名")),
        Column("phone", text("Phone"), Kind.PHONE, text("Phone number; masked in every listing."), "13800001234",
               ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码"), longest=40),
        Column("device_type", text("Device type"), Kind.TEXT, text("Computer, printer, camera …"), "台式机",
               ("设备类型", "终端类型", "类型")),
        Column("brand_model", text("Brand and model"), Kind.TEXT, text("Brand and model of the endpoint."), "联想 M430",
               ("品牌型号", "品牌及型号", "型号", "品牌")),
        Column("serial", text("Serial number"), Kind.CODE, text("Serial or asset number on its label."), "PF1A2B3C",
               ("序列号", "固定资产号", "序列号/固定资产号", "资产编号", "SN")),
        Column("os", text("Operating system"), Kind.TEXT, text("Operating system of the endpoint."), "银河麒麟 V10",
               ("操作系统", "系统", "操作系统版本")),
        Column("ip", text("IP address"), Kind.IP, text("One address; a computer with two network cards has two rows."),
               "10.20.3.14",
               ("IP地址", "IP", "计算机IP", "终端IP", "计算机IP地址", "终端IP地址", "本机IP"), required=True),
        Column("mac", text("MAC address"), Kind.MAC, text("Address of the wired network card, in any spelling."),
               "00-E0-FC-12-34-56",
               ("MAC地址", "MAC", "物理地址", "网卡地址", "网卡MAC", "网卡物理地址", "MAC码"), required=True),
        Column("plane", text("Network plane"), Kind.CODE,
               text("Network plane or VPN; the same addresses may exist once in each."), PUBLIC_PLANE,
               ("网络平面", "平面", "VPN", "VPN实例", "VRF", "网络区域"), default=PUBLIC_PLANE, longest=64),
        Column("location", text("Location"), Kind.TEXT, text("Building and room."), "综合楼302",
               ("安装位置", "位置", "存放位置", "地点", "安装位置(楼/房间)", "房间")),
        Column("addressing", text("Addressing"), Kind.CHOICE, text("Whether the address is fixed or from DHCP."),
               "static",
               ("地址获取方式", "获取方式", "IP获取方式"), choices=choices.ADDRESSINGS),
        Column("internet", text("Also on the Internet"), Kind.CHOICE, text("Whether it is also used on the Internet."),
               "no",
               ("是否同时接入互联网", "接入互联网", "是否接入互联网", "互联网"), choices=choices.INTERNET_USES),
        Column("purpose", text("Purpose"), Kind.TEXT, text("What it is used for."), "日常办公", ("用途", "主要用途")),
        Column("in_service_since", text("In service since"), Kind.DATE, text("First day of use."), "2021-11-30",
               ("启用日期", "启用时间", "投入使用日期")),
        Column("remark", text("Remark"), Kind.TEXT, text("Anything else."), "双网卡,另一张已单独备案", ("备注", "说明"),
               longest=1000),
    ),
    ("plane", "mac"),
    ("备案", "备案表", "终端备案", "终端备案表", "备案信息", "终端", "registration"),
)
EXCLUSIONS: Final = Table(
    RecordKind.EXCLUSION,
    text("Exclusions"),
    (
        Column("target", text("Address or network"), Kind.NETWORK,
               text("Nothing is sent there, neither probes nor requests to a device."), "10.20.3.64/28",
               ("地址或网段", "排除地址", "排除网段", "排除范围", "网段", "IP地址"), required=True),
        Column("reason", text("Reason"), Kind.TEXT, text("Why it must not be probed."), "疫苗冷链监控",
               ("原因", "排除原因", "理由", "说明"), required=True),
        Column("until", text("Until"), Kind.DATE, text("Last day it applies; empty: for good."), "2026-12-31",
               ("有效期至", "截止日期", "到期日", "失效日期")),
    ),
    ("target",),
    ("排除", "排除清单", "排除名单", "排除范围", "exclusion"),
)
STATEMENTS: Final = Table(
    RecordKind.STATEMENT,
    text("Statements about ports"),
    (
        Column("device", text("Device"), Kind.CODE, text("Name of the network device."), "sw-edu-03",
               ("网络设备", "设备", "设备名称", "交换机"), required=True, refers=RecordKind.DEVICE),
        Column("port", text("Port"), Kind.CODE, text("The port, as the device names it."), "GigabitEthernet0/0/24",
               ("端口", "接口", "端口名称"), required=True),
        Column("leads", text("Leads"), Kind.CHOICE,
               text("Where the port leads; this outranks what the tables suggest."), "core",
               ("去向", "通向", "用途", "端口角色"), required=True, choices=choices.LEADS),
        Column("other", text("Other device"), Kind.CODE, text("The network device at the far end."), "sw-edu-03",
               ("对端设备", "对端"), refers=RecordKind.DEVICE),
        Column("other_port", text("Other port"), Kind.CODE, text("Its port."), "GigabitEthernet0/0/3",
               ("对端端口", "对端接口")),
        Column("reason", text("Reason"), Kind.TEXT, text("How you know."), "现场查线",
               ("原因", "依据", "说明", "备注")),
        Column("until", text("Until"), Kind.DATE, text("Last day it applies; empty: for good."), "2026-12-31",
               ("有效期至", "截止日期", "到期日", "失效日期")),
    ),
    ("device", "port"),
    ("端口说明", "端口声明", "连线", "statement"),
)
# fmt: on

TABLES: Final = {
    table.kind: table for table in (UNITS, POINTS, PREFIXES, DEVICES, CONTACTS, REGISTRATIONS, EXCLUSIONS, STATEMENTS)
}
"""In the order they are read: each refers to those before it (a point's device is the one exception)."""
