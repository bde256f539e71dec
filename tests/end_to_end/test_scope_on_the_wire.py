"""What leaves the machine: packets to the scope and to the devices that are read, and to nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.end_to_end.conftest import Program
    from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]

CORE, AGGREGATION, CIVIL = "10.255.40.1", "10.255.40.2", "10.255.40.3"
QUICK = ("--probes", "icmp", "--retries", "0", "--timeout", "0.2")


def strays(program: Program, allowed: Sequence[str], *arguments: str, expect: int) -> int:
    """Run netaudit on the admin host and count the packets it sent anywhere else."""
    lab: Lab | None = program.lab
    assert lab is not None
    rules = f"""
        table inet strays {{
        chain out {{
            type filter hook output priority 0;
            oifname "lo" accept
            icmp type {{ echo-reply, destination-unreachable }} accept
            {f"ip daddr {{ {', '.join(allowed)} }} accept" if allowed else ""}
            counter
        }}
        }}"""
    lab.run("admin", ["nft", rules], check=True)
    try:
        program.run(*arguments, expect=expect)
        listed = lab.run("admin", ["nft", "-j", "list", "table", "inet", "strays"], check=True).stdout
    finally:
        lab.run("admin", ["nft", "delete", "table", "inet", "strays"], check=True)
    rows = [item["rule"]["expr"] for item in json.loads(listed)["nftables"] if "rule" in item]
    return sum(part["counter"]["packets"] for row in rows for part in row if "counter" in part)


def test_nothing_is_sent_to_a_registered_exclusion(on_lab: Program) -> None:
    for target in ("10.44.3.7", "10.44.3.16/28", AGGREGATION):
        on_lab.run("exclusion", "add", "--target", target, "--reason", "疫苗冷链", "--until", "2120-01-01")
    on_lab.run("exclusion", "add", "--target", "10.44.3.9", "--reason", "over", "--until", "2020-01-01")
    allowed = ("10.44.3.1-10.44.3.6", "10.44.3.8-10.44.3.15", CORE, CIVIL)
    assert strays(on_lab, allowed, "sweep", "10.44.3.0/27", *QUICK, expect=3) == 0
    told = {entry["what"]: entry["why"] for entry in on_lab.json("report", "sweep")["skipped"]}
    assert told["10.44.3.16/28"] == "Excluded until 2120-01-01: 疫苗冷链"
    assert "10.44.3.9" not in told


@pytest.mark.parametrize(
    ("arguments", "allowed", "expect"),
    [
        (("sweep", "10.44.2.0/27", *QUICK), ("10.44.2.1-10.44.2.30", CORE, AGGREGATION, CIVIL), 3),
        (("sweep", "--unit", "YC-CIV-02", *QUICK), ("10.44.2.1-10.44.2.30", CORE, AGGREGATION, CIVIL), 3),
        (("sweep", "--point", "P-002", *QUICK), ("10.44.2.1-10.44.2.30", CORE, AGGREGATION, CIVIL), 3),
        (("sweep", "--no-scan", "10.44.2.0/27"), (CORE, AGGREGATION, CIVIL), 3),
        (("sweep", "--no-collect", "10.44.1.0/26", *QUICK), ("10.44.1.1-10.44.1.30", "10.44.1.32-10.44.1.62"), 0),
        (
            ("sweep", "10.44.3.0/27", "--exclude", "10.44.3.7", "--exclude", "10.255.40.0/24", *QUICK),
            ("10.44.3.1-10.44.3.6", "10.44.3.8-10.44.3.30"),
            3,
        ),
        (("collect", "sw-gov-a1"), (CIVIL,), 0),
        (("sweep", "--dry-run"), (), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and value[:1] > ("a",) else None,
)
def test_nothing_is_sent_elsewhere(
    on_lab: Program, arguments: tuple[str, ...], allowed: tuple[str, ...], expect: int
) -> None:
    assert strays(on_lab, allowed, *arguments, expect=expect) == 0
