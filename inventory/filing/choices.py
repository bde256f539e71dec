"""The permitted words of columns with a fixed vocabulary, and what people write instead of them."""

from __future__ import annotations

from typing import Final

from inventory.filing.layout import Choice
from inventory.model.records import (
    Addressing,
    ContactRole,
    DeviceRole,
    InternetUse,
    Leads,
    PointStatus,
    Purpose,
    Tier,
    UnitType,
    YesNoUnknown,
)
from inventory.model.text import text

_YES_WORDS: Final = ("y", "true", "1", "是", "有", "√", "✓", "对")
_NO_WORDS: Final = ("n", "false", "0", "否", "无", "没有", "×", "不", "不是")

TIERS: Final = (
    Choice(Tier.DISTRICT, text("district"), ("区", "区级", "区直", "县", "县级", "县区", "区县")),
    Choice(
        Tier.TOWN,
        text("town or sub-district"),
        ("镇", "镇街", "镇级", "街道", "镇(街道)", "镇街道", "乡", "乡镇", "乡镇街道"),
    ),
    Choice(
        Tier.VILLAGE,
        text("village or community"),
        ("村", "村居", "村级", "社区", "村(社区)", "村社区", "居委会", "村委会"),
    ),
)
UNIT_TYPES: Final = (
    Choice(UnitType.BUREAU, text("bureau"), ("机关", "区直机关", "行政机关", "局", "行政单位")),
    Choice(UnitType.INSTITUTION, text("public institution"), ("事业单位", "下属事业单位", "事业")),
    Choice(UnitType.SCHOOL, text("school"), ("学校", "中小学", "中小学校", "小学", "中学")),
    Choice(UnitType.KINDERGARTEN, text("kindergarten"), ("幼儿园",)),
    Choice(UnitType.CLINIC, text("vaccination clinic"), ("接种门诊", "门诊", "卫生院", "医院", "医疗机构")),
    Choice(UnitType.TOWN, text("town or sub-district"), ("镇街", "镇", "街道", "乡镇", "镇(街道)")),
    Choice(UnitType.VILLAGE, text("village or community"), ("村居", "村", "社区", "村(社区)")),
    Choice(UnitType.OTHER, text("other"), ("其他", "其它")),
)
POINT_STATUSES: Final = (
    Choice(PointStatus.PLANNED, text("planned"), ("规划", "规划中", "已规划")),
    Choice(PointStatus.CIRCUIT_OPEN, text("circuit open"), ("线路开通", "线路已开通", "电路开通")),
    Choice(PointStatus.DEVICE_ONLINE, text("device online"), ("设备上线", "设备已上线")),
    Choice(PointStatus.TESTED, text("tested"), ("测通", "已测通", "测试通过")),
    Choice(PointStatus.FILED, text("filed"), ("备案", "已备案")),
    Choice(PointStatus.ACCEPTED, text("accepted"), ("验收", "已验收", "验收通过")),
)
NAT_WORDS: Final = (
    Choice(YesNoUnknown.YES, text("yes"), _YES_WORDS),
    Choice(YesNoUnknown.NO, text("no"), _NO_WORDS),
    Choice(YesNoUnknown.UNKNOWN, text("unknown"), ("未知", "不清楚", "不详", "?")),
)
LEADS: Final = (
    Choice(Leads.CORE, text("towards the core"), ("通向核心", "上联", "上联口", "上行", "核心", "uplink")),
    Choice(
        Leads.DEVICE,
        text("to a network device"),
        ("通向网络设备", "网络设备", "设备", "级联", "级联口", "交换机", "link"),
    ),
    Choice(Leads.STATIONS, text("to endpoints only"), ("只接终端", "终端", "接入", "接入端口", "接入口", "edge")),
)
PURPOSES: Final = (
    Choice(Purpose.USER, text("users"), ("用户", "办公", "终端", "用户终端", "业务")),
    Choice(Purpose.SERVER, text("servers"), ("服务器", "服务器区")),
    Choice(Purpose.MANAGEMENT, text("management"), ("管理", "设备管理", "网管", "mgmt")),
    Choice(Purpose.RETIRED, text("retired"), ("已退役", "退役", "停用", "已停用", "回收", "已回收")),
)
DEVICE_ROLES: Final = (
    Choice(DeviceRole.ROUTER, text("router"), ("路由器",)),
    Choice(DeviceRole.CORE, text("core switch"), ("核心", "核心交换机", "汇聚", "汇聚交换机")),
    Choice(DeviceRole.ACCESS, text("access switch"), ("接入", "接入交换机", "交换机", "switch")),
    Choice(DeviceRole.OLT, text("OLT"), ("光线路终端",)),
    Choice(DeviceRole.UPS, text("UPS"), ("不间断电源",)),
    Choice(DeviceRole.PDU, text("PDU"), ("电源分配单元",)),
    Choice(DeviceRole.SENSOR, text("sensor"), ("传感器", "动环", "温湿度")),
    Choice(DeviceRole.OTHER, text("other"), ("其他", "其它")),
)
CONTACT_ROLES: Final = (
    Choice(ContactRole.TECHNICAL_LEAD, text("technical contact"), ("技术负责人", "技术联系人", "网络管理员", "管理员")),
    Choice(ContactRole.DEPUTY, text("deputy"), ("备岗", "副岗", "b岗", "备用联系人")),
    Choice(ContactRole.LEADER, text("unit leader"), ("分管领导", "领导", "单位负责人", "主管领导")),
)
ADDRESSINGS: Final = (
    Choice(Addressing.STATIC, text("static"), ("静态", "固定", "手动", "固定ip", "静态ip")),
    Choice(Addressing.DHCP, text("DHCP"), ("动态", "自动", "自动获取", "动态获取")),
)
INTERNET_USES: Final = (
    Choice(InternetUse.YES, text("yes"), _YES_WORDS),
    Choice(InternetUse.NO, text("no"), _NO_WORDS),
    Choice(InternetUse.SWITCHED, text("switched"), ("分时切换", "切换", "分时")),
)
YES_NO: Final = (Choice(True, text("yes"), _YES_WORDS), Choice(False, text("no"), _NO_WORDS))
