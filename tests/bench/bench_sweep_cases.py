"""What the sweep is compared in: the networks, the peers' command lines, and what is asked of us."""

from __future__ import annotations

import json
import shlex
import statistics
import sys
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any, Final

from tests.bench.bench_sweep_lab import ROUTER_MAC

if TYPE_CHECKING:
    from collections.abc import Callable

FAR: Final = IPv4Network("10.9.0.0/16")
NEAR: Final = IPv4Network("10.2.0.0/20")
PORTS: Final = (445, 3389, 22, 80)
EMPTY: Final = "/dev/null"


@dataclass(slots=True)
class Run:
    """What one command did."""

    wall_s: float
    cpu_s: float
    packets: int
    pps: float
    recall: float
    wrong: int
    engine_s: float | None
    """Ours alone: from the call of the sweep to its end, its own process's start included."""
    memory: tuple[int, int] | None
    """Ours alone: peak MiB of the calling process and of the packet process."""


@dataclass(slots=True)
class Peer:
    """A command to measure.

    ``{out}`` in it is a file for its results, whatever format: addresses are looked for. ``{choice}`` stands for one of
    ``choices``: before the rounds it is searched with which of them it is fastest among those that keep its recall.
    """

    name: str
    command: list[str]
    choices: tuple[str, ...] = ()
    runs: list[Run] = field(default_factory=list)

    def chosen(self, choice: str) -> Peer:
        """Return it with a choice made."""
        words = shlex.split(choice)
        return Peer(
            f"{self.name} {choice}".rstrip(),
            [word for part in self.command for word in (words if part == "{choice}" else [part])],
        )

    def median(self, what: str) -> float:
        """Return the median of a column."""
        return float(statistics.median(getattr(run, what) for run in self.runs))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of us in a case."""

    what: str
    measure: Callable[[Peer, list[Peer]], float]
    """Of us and the peers it is held against, a number."""
    least: float | None = None
    most: float | None = None
    against: tuple[str, ...] = ()
    """Beginnings of the names of those peers; only those that ran."""

    def verdict(self, case: Case) -> str:
        """Return a line of the report."""
        us, *others = case.peers
        held = [peer for peer in others if peer.runs and peer.name.startswith(self.against)] if self.against else []
        if self.against and not held:
            return f"* {self.what}: no peer to hold it against"
        found = self.measure(us, held)
        met = (self.least is None or found >= self.least) and (self.most is None or found <= self.most)
        asked = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return f"* {self.what}: {found:.4g}, asked {asked}: **{'met' if met else 'missed'}**"


@dataclass(slots=True)
class Case:
    """The same work for several peers; the first is ours."""

    name: str
    title: str
    network: IPv4Network
    live: set[str]
    peers: list[Peer]
    asked: list[Asked] = field(default_factory=list)
    loss: int = 0
    """Percent of packets lost, each way."""
    rounds: int | None = None
    """At most so many, where one takes long."""
    tries: int = 2
    """So often each choice is tried before the rounds."""


def ratio(what: str, *, best: Callable[..., float] = min) -> Callable[[Peer, list[Peer]], float]:
    """Return ours over the best of the others."""
    return lambda us, others: us.median(what) / best(other.median(what) for other in others)


def ratio_to_whole(what: str) -> Callable[[Peer, list[Peer]], float]:
    """Return ours over the best of those others who found everybody in all rounds together, or of all if none did."""

    def measure(us: Peer, others: list[Peer]) -> float:
        whole = [other for other in others if mean_recall(other, []) >= _WHOLE]
        return us.median(what) / min(other.median(what) for other in whole or others)

    return measure


def ours_alone(what: str) -> Callable[[Peer, list[Peer]], float]:
    """Return the median of a column of ours."""
    return lambda us, _others: us.median(what)


def mean_recall(us: Peer, _others: list[Peer]) -> float:
    """Return the recall of all rounds together."""
    return statistics.mean(run.recall for run in us.runs)


def least_recall(us: Peer, _others: list[Peer]) -> float:
    """Return the recall of our worst round."""
    return min(run.recall for run in us.runs)


def of_rate(rate: int) -> Callable[[Peer, list[Peer]], float]:
    """Return how far from the rate asked for ours was."""
    return lambda us, _others: abs(us.median("pps") / rate - 1)


def packets_per_address(network: IPv4Network) -> Callable[[Peer, list[Peer]], float]:
    """Return how many packets we sent for each address."""
    return lambda us, _others: us.median("packets") / network.num_addresses


_WHOLE: Final = 0.9995
RECALL: Final = [
    Asked("recall", ours_alone("recall"), least=_WHOLE),
    Asked("recall of the worst round", least_recall, least=_WHOLE),
]


def ours(network: IPv4Network, rate: float, *, engine: str = "engine", **plan: Any) -> list[str]:  # noqa: ANN401 -- fields of ProbePlan, as JSON
    """Return a command line that sweeps with our engine and prints the addresses found, one a line."""
    asked = {"network": str(network), "rate": rate, "plan": plan}
    return [sys.executable, "-c", _DRIVER.replace("ENGINE", engine), json.dumps(asked)]


_DRIVER: Final = """
import json, os, resource, sys, threading
from ipaddress import ip_network
from inventory.model.addresses import Addresses
from inventory.model.sightings import ProbeKind
from probes.blocks import Block, BlockDone, Pace, ProbePlan
from probes.sweep.ENGINE import sweep
from time import perf_counter
asked = json.loads(sys.argv[1])
plan = dict(asked["plan"])
plan["kinds"] = frozenset(map(ProbeKind, plan["kinds"]))
plan["tcp_ports"] = tuple(plan.get("tcp_ports", ()))
whole = ip_network(asked["network"])
parts = [whole] if whole.prefixlen > 24 else whole.subnets(new_prefix=24)
blocks = (Block(str(part), "public", part, Addresses.within(part)) for part in parts)
rate, stop = asked["rate"], threading.Event()
if "seconds" in asked:
    timer = threading.Timer(asked["seconds"], stop.set); timer.daemon = True; timer.start()
began, peak = perf_counter(), 0
for event in sweep(blocks, ProbePlan(**plan), Pace(rate, rate, rate), stop):
    if isinstance(event, BlockDone):
        for seen in event.sightings:
            print(seen.ip)
        if event.limits:
            print(event.limits, file=sys.stderr)
    else:  # getrusage would count what the child inherited before it became another program
        for child in open("/proc/self/task/%d/children" % os.getpid()).read().split():
            told = open(f"/proc/{child}/status").read()
            peak = max(peak, int(told.split("VmHWM:")[1].split()[0]) if "VmHWM:" in told else 0)
print("engine", perf_counter() - began)
print("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, peak)
"""


def cases(lives: dict[str, set[str]]) -> list[Case]:
    """Return everything that is compared."""
    return [*_one_pass(lives["far"]), *_small(lives["far"]), *_lossy(lives["far"]), *_mixed(lives), *_on_link(lives)]


_ZMAP: Final = ["zmap", "-M", "icmp_echoscan", "-q", "-i", "lan", "-b", EMPTY, "-G", ROUTER_MAC, "-o", "{out}"]
_MASSCAN: Final = ["masscan", "--ping", "-e", "lan", "--router-mac", ROUTER_MAC.replace(":", "-"), "-oL", "{out}"]
_NMAP: Final = ["nmap", "-n", "-sn", "-oG", "{out}"]
_ICMP: Final[dict[str, Any]] = {"kinds": ["icmp"]}
_ZMAP_WAITS, _MASSCAN_WAITS = ("1", "2"), ("0", "1", "2", "3")
_NMAP_CHOICES: Final = tuple(
    f"{timing} --min-rate {rate} {retries}".rstrip()
    for rate in (50_000, 100_000, 200_000, 400_000)
    for timing, retries in (("-T4", ""), ("-T5", "--max-retries 1"), ("-T5", "--max-retries 0"))
)
"""It asks nobody again with --max-retries 0, as our one round does not."""
_BOTH: Final = ("zmap", "masscan")
_ALONE: Final = ("zmap -T 1", "masscan")
_FASTER: Final = (ratio("pps", best=max), 1.2)


def _rivals(zmap_rate: int, masscan_rate: int, *more: str, threads: tuple[int, ...] = (1,)) -> list[Peer]:
    return [
        *(
            Peer(
                f"zmap -T {number} -c",
                [*_ZMAP, *more, "-T", str(number), "-c", "{choice}", "-r", str(zmap_rate), str(FAR)],
                _ZMAP_WAITS,
            )
            for number in threads
        ),
        Peer(
            "masscan --wait",
            [*_MASSCAN, "--rate", str(masscan_rate), "--wait", "{choice}", str(FAR)],
            _MASSCAN_WAITS,
        ),
    ]


def _one_pass(live: set[str]) -> list[Case]:
    paced, unpaced = (Peer("netaudit", ours(FAR, rate, **_ICMP, retries=0)) for rate in (100_000, 1e9))
    everybody = {str(ip) for ip in FAR}
    return [
        Case(
            "paced",
            "/16, 5 % answer, 100,000 packets/s, one pass",
            FAR,
            live,
            [paced, *_rivals(100_000, 100_000)],
            [
                Asked("wall / the faster of zmap and masscan", ratio("wall_s"), most=0.9, against=_BOTH),
                Asked("CPU / zmap", ratio("cpu_s"), most=0.7, against=("zmap",)),
                *RECALL,
                Asked("off the pace, as a share", of_rate(100_000), most=0.02),
                Asked("peak MiB of both processes", _memory, most=80),
            ],
        ),
        Case(
            "unpaced",
            "/16, 5 % answer, as fast as it goes, one pass",
            FAR,
            live,
            [unpaced, *_rivals(0, 10_000_000, threads=(1, 2))],
            [
                Asked("packets/s / the faster of zmap as it is by default and masscan", *_FASTER, against=_ALONE),
                Asked("packets/s / zmap with two threads that send, too", *_FASTER, against=("zmap -T 2",)),
                *RECALL,
            ],
        ),
        Case(
            "everybody",
            "/16, everybody answers, as fast as it goes, one pass",
            FAR,
            everybody,
            [Peer("netaudit", ours(FAR, 1e9, **_ICMP, retries=0)), *_rivals(0, 10_000_000, threads=(1, 2))],
            [*RECALL, Asked("wall / zmap", ratio("wall_s"), most=1.0, against=("zmap",))],
            rounds=3,
        ),
    ]


def _memory(us: Peer, _others: list[Peer]) -> float:
    return max(sum(run.memory) for run in us.runs if run.memory)


def _small(live: set[str]) -> list[Case]:
    small = IPv4Network("10.9.7.0/24")
    return [
        Case(
            "small",
            "/24, 10,000 packets/s",
            small,
            {host for host in live if IPv4Address(host) in small},
            [
                Peer("netaudit", ours(small, 10_000, **_ICMP, retries=1)),
                Peer("nmap -PE -T4 --min-rate 10000", [*_NMAP, "-PE", "-T4", "--min-rate", "10000", str(small)]),
                Peer("netaudit by the kernel's sockets", ours(small, 10_000, engine="selector", **_ICMP, retries=1)),
                Peer("fping -i 0.1 -r 1", ["fping", "-a", "-q", "-i", "0.1", "-r", "1", "-g", str(small)]),
            ],
            [
                Asked(
                    "engine / the whole of nmap",
                    lambda us, others: us.median("engine_s") / others[0].median("wall_s"),
                    most=1.0,
                    against=("nmap",),
                ),
                *RECALL,
            ],
        )
    ]


def _lossy(live: set[str]) -> list[Case]:
    found = []
    for loss, most in ((2, 3), (10, 5)):
        us = Peer("netaudit adaptive", ours(FAR, 50_000, **_ICMP, adaptive=True))
        asked = [
            Asked("recall", ours_alone("recall"), least=_WHOLE),
            Asked("recall of all rounds together", mean_recall, least=_WHOLE),
            # It ends when one in 2,500 is predicted to be missed: of some three thousand that is one, give or take two.
            Asked("recall of the worst round", least_recall, least=0.999),
            Asked("packets per address", packets_per_address(FAR), most=most),
        ]
        title = f"/16, 5 % answer, 50,000 packets/s, {loss} % lost each way"
        rivals = _rivals(25_000, 50_000, "-P", "2")  # zmap's rate is halved for -P 2: all send 50,000
        found.append(Case(f"loss{loss}", title, FAR, live, [us, *rivals], asked, loss))
    return found


def _mixed(lives: dict[str, set[str]]) -> list[Case]:
    listed = ",".join(map(str, PORTS))
    both: dict[str, Any] = {"kinds": ["icmp", "tcp"], "tcp_ports": PORTS}
    found = []
    for network, tries in ((IPv4Network("10.9.16.0/20"), 2), (FAR, 1)):
        found.append(
            Case(
                f"mixed{network.prefixlen}",
                f"/{network.prefixlen}, half of who is there answers only one of TCP {listed}; each as fast as it can",
                network,
                {host for host in lives["far"] | lives["mixed"] if IPv4Address(host) in network},
                [
                    Peer("netaudit", ours(network, 1e9, **both, retries=0)),
                    Peer("nmap", [*_NMAP, "-PE", f"-PS{listed}", "{choice}", str(network)], _NMAP_CHOICES),
                    Peer("nmap -T4 --min-rate 50000", _nmap_at(50_000, f"-PS{listed}", network)),
                    Peer("netaudit, 50,000 packets/s", ours(network, 50_000, **both, retries=0)),
                    Peer("netaudit, everything twice", ours(network, 1e9, **both, retries=1)),
                ],
                [
                    Asked("recall", ours_alone("recall"), least=0.995),
                    Asked("wall / the fastest nmap", ratio("wall_s"), most=0.25, against=("nmap",)),
                ],
                tries=tries,
            )
        )
    return found


def _nmap_at(rate: int, ports: str, network: IPv4Network) -> list[str]:
    return [*_NMAP, "-PE", ports, "-T4", "--min-rate", str(rate), str(network)]


def _on_link(lives: dict[str, set[str]]) -> list[Case]:
    found = []
    for loss in (0, 2):
        what = "wall / the faster of nmap and arp-scan that finds everybody"
        asked = [
            Asked(what, ratio_to_whole("wall_s"), most=0.7, against=("nmap", "arp-")),
            Asked("recall", ours_alone("recall"), least=_WHOLE),
            Asked("recall of all rounds together", mean_recall, least=_WHOLE),
        ]
        nmap = [*_NMAP, "-PR", "-T4", "--min-rate", "10000", str(NEAR)]  # two requests, whatever --max-retries says
        line = shlex.join(nmap)
        found.append(
            Case(
                f"arp{loss}" if loss else "arp",
                "on-link /20 by ARP, 10,000 packets/s" + (f", {loss} % lost each way" if loss else ""),
                NEAR,
                lives["near"],
                [
                    Peer("netaudit adaptive", ours(NEAR, 10_000, kinds=["arp"], adaptive=True)),
                    Peer("nmap -PR --min-rate 10000", nmap),
                    Peer("nmap the same, twice", ["sh", "-c", f"{line}; {line} --append-output"]),
                    Peer(
                        f"arp-scan -B 4M -r {3 if loss else 2}",
                        ["arp-scan", "-q", "-x", "-I", "lan", "-B", "4M", "-r", "3" if loss else "2", str(NEAR)],
                    ),
                ],
                asked,
                loss,
            )
        )
    return found
