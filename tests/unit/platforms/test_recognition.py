"""Which platform a device is."""

from __future__ import annotations

import time

import pytest

from probes.platforms.catalogue import PLATFORMS, named, recognise

ENTERPRISES = "1.3.6.1.4.1."
IOS = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.0(2a)EX5, RELEASE SOFTWARE (fc3)"
VRP = "S5720-32X\r\nHuawei Versatile Routing Platform Software \r\n VRP (R) software,Version 5.170 (S5720 V200R010)"


@pytest.mark.parametrize(
    ("object_id", "description", "platform"),
    [
        ("2011.2.23.294", None, "huawei_vrp"),
        ("2011.2.239.46", "YunShan OS", "huawei_vrp"),
        ("2011.6.174.4.1.2.4", "SNMP Card for HUAWEI UPS2000", "generic"),
        ("2011.10.1.88", "Quidway S3900", "h3c_comware"),
        ("25506.1.1", "H3C Comware Platform Software", "h3c_comware"),
        ("4881.1.1.10.1.150", None, "ruijie_rgos"),
        ("3902.3.600.3.1.801", None, "zte_zxros"),
        ("9.1.1208", IOS, "cisco_ios"),
        ("9.1.669", "Cisco Adaptive Security Appliance Version 8.4", "generic"),
        ("9.6.1.82.24.2", "24-Port 10/100 PoE Managed Switch", "cisco_s300"),
        ("9.1.1762", "Cisco IOS XR Software (Cisco ASR9K), Version 6.1", "generic"),
        ("9.12.3.1.3.1084", "Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 7.1", "cisco_nxos"),
        ("5651.1.100.1", None, "maipu_mypower"),
        ("171.10.118.2", None, "dlink"),
        ("11863.5.190", None, "tplink_jetstream"),
        ("11.2.3.7.8.5.2", None, "hp_procurve"),
        ("11.2.3.9.1", "HP ETHERNET MULTI-ENVIRONMENT", "generic"),
        ("3320.1.390.0", None, "bdcom"),
        ("99999.1", "Access switch", "generic"),
        ("20110.2", None, "generic"),
        (None, VRP, "huawei_vrp"),
        (None, IOS, "cisco_ios"),
        (None, None, "generic"),
        ("8072.3.2.10", "Linux sw 6.1 HP Comware emulation, Software Version 7.1", "h3c_comware"),
    ],
)
def test_what_a_device_shows(object_id: str | None, description: str | None, platform: str) -> None:
    full = None if object_id is None else ENTERPRISES + object_id
    assert recognise(None, full, description).name == platform


@pytest.mark.parametrize(
    ("registered", "platform"),
    [
        ("ruijie_rgos", "ruijie_rgos"),
        ("Ruijie", "ruijie_rgos"),
        ("hp_comware", "h3c_comware"),
        ("generic", "huawei_vrp"),
        ("somebody's own word", "huawei_vrp"),
        ("", "huawei_vrp"),
    ],
)
def test_the_register_wins_where_it_says_something(registered: str, platform: str) -> None:
    assert recognise(registered, "1.3.6.1.4.1.2011.2.23", VRP).name == platform


def test_every_name_means_one_platform() -> None:
    spelled = [called for profile in PLATFORMS for called in (profile.name, *profile.aliases)]
    assert len(spelled) == len(set(spelled))
    assert all(called == called.lower() and " " not in called for called in spelled)
    assert named(None) is None


@pytest.mark.parametrize(
    ("description", "model", "software"),
    [
        (VRP, "S5720-32X", "5.170 (S5720 V200R010)"),
        (IOS, None, "15.0(2a)EX5"),
        ("ZTE 5950-36TM Software, 5900 Version: V3.03.10, RELEASE SOFTWARE", "5950-36TM", "V3.03.10"),
        ("BDCOM(tm) GP3600-16B Software, Version 74104\nhardware version: A", "GP3600-16B", "74104"),
        ("Ruijie 10G Routing Switch(S6220-48XS4QXS) By Ruijie Networks", "S6220-48XS4QXS", None),
        (
            "HP Comware Platform Software, Software Version 5.20.99 Release 2222P08\r\nHP A5500-24G EI",
            "HP A5500-24G EI",
            "5.20.99 Release 2222P08",
        ),
        ("DGS-3620-28SC Gigabit Ethernet Switch", "DGS-3620-28SC", None),
        ("HP Stack, revision KA.15.03.3004, ROM KA.15.05", None, "KA.15.03.3004"),
    ],
)
def test_what_a_description_tells(description: str, model: str | None, software: str | None) -> None:
    profile = recognise(None, None, description)
    assert (profile.told_by(description, "model"), profile.told_by(description, "software")) == (model, software)


@pytest.mark.parametrize("word", ["VRP (R) ", "Version ", "Huawei ", "A1 ", "Comware", "ZTE ", "Cisco IOS Software "])
def test_a_hostile_description_costs_little(word: str) -> None:
    before = time.process_time()
    recognise(None, None, word * 8_000)
    assert time.process_time() - before < 1
