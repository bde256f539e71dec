"""Give loads to senders in whatever namespace this process was started in, and print what became of them.

``argv``: the link packets leave by, and what happens: "" | "down" (the link is taken down first) | "broken" (a load
nobody can push) | "closed" (the senders are closed with everything still to send).
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections import Counter

from probes.sweep.loads import Load
from probes.sweep.masks import Masks
from probes.sweep.orders import Path, Probe
from probes.sweep.packets import stamped
from probes.sweep.seal import Seal
from probes.sweep.senders import Senders
from probes.sweep.shares import Share
from probes.sweep.templates import echo
from probes.sweep.wave import Wave
from probes.sweep.wire import ETH_P_IP, Hop

LOADS, EACH = 40, 100


def main() -> None:
    """Send and print."""
    link, what = sys.argv[1:]
    hop = Hop(socket.if_nametoindex(link), b"\xff" * 6, ETH_P_IP)
    path = Path(hop, bytes([10, 1, 0, 1]), b"\2\0\0\0\0\1", direct=False)
    shares = [Share(1, [(0x0A090000, 0x0A090000 + LOADS * EACH - 1)])]
    wave = Wave(path, "", None, (Probe("icmp", 0, 1.0),), shares, Masks(1), rounds=1)
    template = echo(path.source, Seal.drawn())
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    senders = Senders({False: sock})
    if what == "down":
        subprocess.run([shutil.which("ip") or "ip", "link", "set", link, "down"], check=True)
    waiting, back, died = [], list[Load](), ""
    for _ in range(LOADS):
        places, addresses, cookies = wave.take(EACH)
        packets = stamped(template, addresses, cookies)
        waiting.append(Load(wave, places, packets, 0 if what == "broken" else len(template.octets)))
    most, out = 0, 0
    while len(back) < LOADS and not died:
        while waiting and not senders.full:
            senders.give(waiting.pop())
            out += 1
        most = max(most, out - len(back))
        if what == "closed":
            break
        senders.wait(10)
        try:
            back += senders.back()
        except ZeroDivisionError as error:
            died = type(error).__name__
    senders.close()
    sock.close()
    errors = Counter(number for load in back for _place, number in load.refused)
    told = {
        "back": sorted(load.places[0] for load in back),
        "through": all(load.position == EACH and not load.stuck and load.at for load in back),
        "most": most,
        "errors": errors,
        "died": died,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
