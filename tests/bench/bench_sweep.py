"""Our sweep beside zmap, masscan, nmap, fping and arp-scan: the same work, in the same run, in turns.

``python -m tests.bench.bench_sweep [--rounds N] [--only NAME …] [--write FILE]``: builds its own network namespaces, so
it needs root. Every peer that is not installed is named and left out. It asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.bench.bench_sweep_cases import EMPTY, FAR, NEAR, PORTS, RECALL, Asked, Case, Peer, Run, cases, ours, ratio
from tests.bench.bench_sweep_lab import Lab, Meter
from tests.unit.sweep.spaces import PATH, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def measure(lab: Lab, peer: Peer, case: Case, folder: Path) -> Run:
    """Run a command in the scanner's namespace."""
    out = folder / "out"
    out.unlink(missing_ok=True)
    line = lab.scanner.argv(*(part.replace("{out}", str(out)) for part in peer.command))
    meter = Meter(lab)
    meter.start()
    with (folder / "said").open("wb") as said, Path(EMPTY).open("rb") as nothing:
        began = time.perf_counter()
        process = os.posix_spawn(
            shutil.which(line[0], path=PATH) or line[0],
            line,
            {"PATH": PATH, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                (os.POSIX_SPAWN_DUP2, said.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, said.fileno(), 2),
            ],
        )
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - began
    packets, pps = meter.finish()
    text = (folder / "said").read_text(errors="replace")
    if status and not text:
        sys.stderr.write(f"{peer.name} ended with {status}\n")
    # Who writes results into a file may name addresses elsewhere that it has given up.
    found = set(_addresses(out.read_text(errors="replace") if out.exists() else text, case.network))
    peaks = re.search(r"^memory ([0-9]+) ([0-9]+)$", text, re.MULTILINE)
    spent = re.search(r"^engine ([0-9.]+)$", text, re.MULTILINE)
    return Run(
        wall_s=wall,
        cpu_s=usage.ru_utime + usage.ru_stime,
        packets=packets,
        pps=pps,
        recall=len(found & case.live) / len(case.live),
        wrong=len(found - case.live),
        engine_s=float(spent[1]) if spent else None,
        memory=(int(peaks[1]) // 1024, int(peaks[2]) // 1024) if peaks else None,
    )


def _addresses(text: str, network: IPv4Network) -> Iterable[str]:
    prefix = str(network.network_address).split(".", maxsplit=2)[:2]
    for word in text.replace("(", " ").replace(")", " ").replace(",", " ").replace("/", " / ").split():
        if word.split(".")[:2] == prefix and word.count(".") == 3 and word != str(network.network_address):
            yield word


# ---------------------------------------------------------------- what is not a comparison


def search(lab: Lab, case: Case, folder: Path) -> None:
    """Choose for each peer that has a choice the fastest of those that keep its recall."""
    for peer in case.peers:
        if not peer.choices or not shutil.which(peer.command[0], path=PATH):
            continue
        tried = []
        for one in map(peer.chosen, peer.choices):
            runs = [measure(lab, one, case, folder) for _ in range(case.tries)]
            tried.append((max(run.recall for run in runs), min(run.wall_s for run in runs), one))
        best = max(recall for recall, _, _ in tried)
        _, _, chosen = min((each for each in tried if each[0] >= best - 0.001), key=lambda each: each[1])
        peer.name, peer.command = chosen.name, chosen.command


FORGED: Final[tuple[tuple[str, str, dict[str, Any], str, int], ...]] = (
    *((kind, knows, {"kinds": ["icmp"]}, "far", 8_000) for kind, knows in (
        ("icmp", "blind"), ("icmp", "seen"), ("icmp", "one"), ("error-icmp", "seen"),
    )),
    *((kind, knows, {"kinds": ["tcp"], "tcp_ports": [445]}, "only445", 8_000) for kind, knows in (
        ("tcp", "blind"), ("tcp", "seen"), ("tcp", "ports"), ("tcp", "one"), ("error-tcp", "ports"),
    )),
    *((kind, "ports", {"kinds": ["icmp", "udp"]}, "far", 24_000) for kind in ("udp", "error-udp")),
)  # fmt: skip
"""What is forged, what the forger knows, what is asked, who answers, at which pace: eight to eleven seconds each."""


def forged(lab: Lab, lives: dict[str, set[str]], rounds: int, folder: Path) -> str:
    """Sweep with and without a million replies that know what one can know of the sweep, but not its cookies."""
    most = 1_000_000
    texts, sent = list[str](), list[int]()
    asked = [
        Asked("wall with / without forged replies", ratio("wall_s"), most=1.1, against=("quiet",)),
        Asked("forged replies counted", lambda us, _others: max(run.wrong for run in us.runs), most=0),
        Asked("forged replies sent", lambda _us, _others: min(sent), least=most),
        *RECALL,
    ]
    for kind, knows, plan, population, pace in FORGED:
        quiet, loud = (Peer(name, ours(FAR, pace, **plan, retries=0)) for name in ("quiet", "forged at"))
        title = f"/16 at {pace:,} packets/s, and {most:,} forged replies ({kind}, {knows})"
        case = Case("forged", title, FAR, lives[population], [loud, quiet], asked)
        for _ in range(rounds):
            quiet.runs.append(measure(lab, quiet, case, folder))
            forger = lab.router.start("-m", "tests.bench.bench_sweep_forger", str(most), "160000", knows, kind)
            assert forger.stdout
            forger.stdout.readline()
            loud.runs.append(measure(lab, loud, case, folder))
            if forger.poll() is None:
                forger.terminate()
            sent.append(int(forger.communicate()[0] or 0))
        texts.append(report(case))
    return "\n".join(texts)


def growth(lab: Lab, folder: Path) -> str:
    """Sweep parts of ever bigger plans for a few seconds and look at the memory."""
    rows = ["### Memory beside the size of the plan", "", "| plan | caller MiB | packet process MiB |", "|---|---|---|"]
    for length in (16, 12, 8):
        network = IPv4Network(f"10.{0 if length < 16 else 9}.0.0/{length}")
        asked = {"network": str(network), "rate": 1e9, "plan": {"kinds": ["icmp"], "retries": 0}, "seconds": 4}
        command = [*ours(network, 1e9)[:-1], json.dumps(asked)]
        case = Case("growth", "", network, {"none"}, [])
        memory = measure(lab, Peer("", command), case, folder).memory or (0, 0)
        rows.append(f"| /{length}, at most 4 s of it | {memory[0]} | {memory[1]} |")
    return "\n".join(rows) + "\n"


def starts() -> str:
    """Tell how long importing the engine takes, and how long the packet process."""
    lines = ["### Starting", ""]
    for name, flags, code in (
        ("Python alone", [], "pass"),
        ("the engine imported", [], "import probes.sweep.engine"),
        ("the packet process's Python alone", ["-I", "-S"], "pass"),
        (
            "its modules imported",
            ["-I", "-S"],
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); import probes.sweep.worker",
        ),
    ):
        times = []
        for _ in range(9):
            began = time.perf_counter()
            process = os.posix_spawn(sys.executable, [sys.executable, *flags, "-c", code], {"PYTHONPATH": str(ROOT)})
            os.waitpid(process, 0)
            times.append((time.perf_counter() - began) * 1000)
        lines.append(f"* {name}: {min(times):.0f} ms (median {statistics.median(times):.0f})")
    return "\n".join(lines) + "\n"


def report(case: Case) -> str:
    """Return the measurements as a Markdown table: medians, in brackets the extremes."""
    lines = [f"### {case.title}", ""]
    lines += [
        "| | wall s | engine s | CPU s | packets | packets/s while sending | recall (least) | wrong | peak MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for peer in case.peers:
        if not peer.runs:
            lines.append(f"| {peer.name} | not installed | | | | | | | |")
            continue
        walls = [run.wall_s for run in peer.runs]
        recalls = [run.recall for run in peer.runs]
        lines.append(
            f"| {peer.name} | {_median(walls):.2f} ({min(walls):.2f}-{max(walls):.2f})"
            f" | {_engine(peer)} | {_median(run.cpu_s for run in peer.runs):.2f}"
            f" | {_median(run.packets for run in peer.runs):,.0f}"
            f" | {_median(run.pps for run in peer.runs):,.0f} | {_median(recalls):.4f} ({min(recalls):.4f})"
            f" | {max(run.wrong for run in peer.runs)} | {_peaks(peer)} |"
        )
    first, *others = [peer for peer in case.peers if peer.runs]
    for other in others:
        wall, cpu, rate = (first.median(what) / other.median(what) for what in ("wall_s", "cpu_s", "pps"))
        lines.append(f"\n{first.name} / {other.name}: wall {wall:.2f}, CPU {cpu:.2f}, packets/s {rate:.2f}")
    if case.asked:
        lines += ["", *(asked.verdict(case) for asked in case.asked)]
    return "\n".join(lines) + "\n"


def _engine(peer: Peer) -> str:
    seconds = [run.engine_s for run in peer.runs if run.engine_s is not None]
    return f"{_median(seconds):.2f}" if seconds else ""


def _peaks(peer: Peer) -> str:
    peaks = [run.memory for run in peer.runs if run.memory is not None]
    return f"{max(own for own, _ in peaks)} + {max(other for _, other in peaks)}" if peaks else ""


def _median(numbers: Iterable[float]) -> float:
    return statistics.median(numbers)


def compare(lab: Lab, case: Case, rounds: int, folder: Path) -> str:
    """Let all peers do the same work in turns."""
    lab.lose(case.loss)
    lab.answer(everybody=case.name == "everybody")
    search(lab, case, folder)
    for _ in range(min(rounds, case.rounds or rounds)):
        for peer in case.peers:
            if shutil.which(peer.command[0], path=PATH):
                peer.runs.append(measure(lab, peer, case, folder))
    lab.lose(0)
    lab.answer(everybody=False)
    return report(case)


def tables(lab: Lab, lives: dict[str, set[str]], rounds: int, only: list[str] | None, folder: Path) -> Iterable[str]:
    """Yield one part of the report after the other."""
    for case in cases(lives):
        if not only or case.name in only:
            yield compare(lab, case, rounds, folder)
    if not only or "forged" in only:
        yield forged(lab, lives, min(rounds, 3), folder)
    if not only or "growth" in only:
        yield growth(lab, folder)
    if not only or "starts" in only:
        yield starts()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="names of cases")
    parser.add_argument("--write", type=Path, help="write the tables into this file, too")
    asked = parser.parse_args(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("bench_sweep builds network namespaces: it needs root.\n")
        return
    dice = random.Random(1)  # noqa: S311 -- a population, not a secret
    far, near = [str(ip) for ip in FAR], [str(ip) for ip in NEAR]
    live = set(dice.sample(far[1:-1], 3279))
    others = dice.sample(sorted(set(far[1:-1]) - live), 3200)
    mixed = {port: set(others[k :: len(PORTS)]) for k, port in enumerate(PORTS)}
    lives = {"far": live, "mixed": set(others), "near": set(dice.sample(near[1:-1], 209))}
    lives["only445"] = mixed[445]
    noise, texts = [os.getloadavg()[0]], list[str]()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        lab = Lab(opened, live, mixed, lives["near"])
        for said in tables(lab, lives, asked.rounds, asked.only, folder):
            texts.append(said)
            noise.append(os.getloadavg()[0])
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
        when = f"{datetime.now(UTC):%Y-%m-%d}, Linux {platform.release()}, Python {platform.python_version()}"
        head = (
            f"{when}, {os.cpu_count()} cores, {asked.rounds} rounds in turns; load average {min(noise):.1f} to"
            f" {max(noise):.1f} while measuring. Medians, extremes in brackets.\n"
        )
        sys.stdout.write(head)
        if asked.write:
            asked.write.write_text("\n".join([head, *texts]), encoding="utf-8")


if __name__ == "__main__":
    main()
