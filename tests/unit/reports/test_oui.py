"""Vendors of the cards a district meets, and of those that have none."""

from __future__ import annotations

import subprocess
import sys

import pytest

from inventory.model.values import Mac
from probes.oui import vendor


@pytest.mark.parametrize(
    ("mac", "maker"),
    [
        ("00:e0:fc:12:34:56", "huawei"),
        ("00:0f:e2:00:00:01", "h3c"),
        ("00:be:d5:00:00:01", "h3c"),
        ("04:03:12:00:00:01", "hikvision"),
        ("28:d2:44:00:00:01", "lcfc"),
        ("00:06:1b:00:00:01", "lenovo"),
        ("00:1b:c5:00:00:01", "converging systems"),
        ("00:55:da:00:00:01", "shinko"),
    ],
)
def test_vendors(mac: str, maker: str) -> None:
    assert maker in (vendor(Mac(mac)) or "").lower()


@pytest.mark.parametrize("mac", ["02:42:ac:11:00:02", "52:54:00:12:34:56", "01:00:5e:00:00:01", "f0:00:01:00:00:01"])
def test_no_vendor(mac: str) -> None:
    assert vendor(Mac(mac)) is None


def test_the_list_is_read_at_the_first_question_and_without_the_rest_of_scapy() -> None:
    program = (
        "import sys, probes.oui; from inventory.model.values import Mac\n"
        "assert not [m for m in sys.modules if m.startswith('scapy')]\n"
        "probes.oui.vendor(Mac('00:e0:fc:12:34:56'))\n"
        "assert 'scapy.data' not in sys.modules and 'scapy.all' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
