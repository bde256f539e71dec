"""Maipu MyPower switches. Written after what public tools know of them: nobody recorded one for us yet.

Paging is switched off by ``more off`` for managers only, so pages are turned. What its tables of interfaces and
neighbours look like is not known: SNMP tells both.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Profile

CLI = Cli(
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#]"),
    pagers=(
        Pager(re.compile(r"\s*-{2,}\s*MORE\s*-{2,}\s*", re.IGNORECASE)),
        Pager(
            re.compile(
                r"\s*\.{4}\s*press ENTER to next line, Q to quit, other key to next page\s*\.{4}\s*", re.IGNORECASE
            )
        ),
    ),
    names={
        "gi": "gigabitethernet",
        "te": "tengigabitethernet",
        "fa": "fastethernet",
        "link-aggregation": "link-aggregation",
    },
    aggregates=("link-aggregation",),
    virtual=("vlan", "tunnel"),
    own_without_age=True,
    condition=condition("show clock"),
    questions=(
        Question(
            Subject.VERSION,
            (Command("show version", "maipu_mypower_version", re.compile(r"Software\s+Version", re.IGNORECASE)),),
        ),
        Question(
            Subject.SERIAL,
            (Command("show system module brief", "maipu_mypower_serial", re.compile(r"Module\s+Online")),),
        ),
        Question(
            Subject.ARP,
            (Command("show arp", "maipu_mypower_arp", re.compile(r"Protocol\s+Address\s+Age", re.IGNORECASE)),),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac-address all",
                    "maipu_mypower_stations",
                    re.compile(r"VLAN\s+MAC|MAC\s+Address", re.IGNORECASE),
                    timeout_s=120,
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="maipu_mypower",
    title="Maipu MyPower",
    aliases=("maipu", "mypower"),
    object_ids=("1.3.6.1.4.1.5651",),
    description=re.compile(r"Maipu|MyPower"),
    fdb_id_is_vlan=True,
    cli=CLI,
)
