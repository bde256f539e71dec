"""A switch's command line behind a real SSH server: prompts, pager, login dialogs, and how all of it can go wrong.

Run by sshd for every session, as ``command_line.py SCENARIO LOG``. The scenario is JSON (:class:`tests.unit.ssh.peers.
Scenario`); every line typed is appended to the log, and so is what a real switch would have done about it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tty
from pathlib import Path
from typing import Any, Final

ENTER: Final = (b"\r", b"\n")
_PLACED_ENTER: Final = "\x1b[24;0H\x1bE\x1b[24;1H\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25h\x1b[24;1H\x1b[1;24r\x1b[24;1H"
"""The enter key as ProCurve echoes it: no line feed, but NEL."""


class Device:
    """One session."""

    def __init__(self, scenario: dict[str, Any], log: Path) -> None:
        self.scenario = scenario
        self.log = log
        self.paging = scenario.get("pager") is not None
        self.key = b""
        self.column = 0

    def note(self, what: str, said: str) -> None:
        with self.log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps([what, said], ensure_ascii=False) + "\n")

    def run(self) -> None:
        time.sleep(self.scenario.get("late", 0))
        self.write(self.scenario.get("banner", ""))
        for question, does in self.scenario.get("dialogs", []):
            self.write(question)
            answer = self.line()
            self.note("answer", answer)
            if answer[:1].lower() == "y":
                self.note("done", does)
        if "any_key" in self.scenario:
            self.write(self.scenario["any_key"])
            self.note("key", os.read(0, 1).decode())
            self.write("\x1b[2J\x1b[?7l\x1b[3;23r\x1b[?6l\x1b[1;1H\x1b[?25l")
        if self.scenario.get("endless") == "":
            while True:
                self.write("x" * 4096 + "\r\n")
        self.prompt()
        while (typed := self.line()) not in self.scenario.get("logout", ("quit", "exit")):
            self.note("line", typed)
            self.obey(typed)
        self.note("line", typed)

    def obey(self, typed: str) -> None:
        if typed in self.scenario.get("silences_pager", ()):
            self.paging = False
        time.sleep(self.scenario.get("thinks", 0))
        if typed == self.scenario.get("endless"):
            while True:
                self.write("x" * 4096 + "\r\n")
        output = self.scenario["outputs"].get(typed)
        if output is None:
            output = "" if not typed or typed in self.scenario.get("accepts", ()) else self.scenario["unknown"]
        if typed == self.scenario.get("closes"):
            self.write(output[: len(output) // 2])
            sys.exit(0)
        if typed == self.scenario.get("stops"):
            self.write(output[: len(output) // 2])
            time.sleep(3600)
        if typed == self.scenario.get("asks_to_save"):
            self.write("The configuration has changed. Save now? [Y/N]:")
            self.note("answer", self.line())
            return
        self.pages(output)
        self.prompt()

    def prompt(self) -> None:
        """Print the prompt, plainly or as ProCurve does: placed in the last line of the screen, cursor behind it."""
        prompt = self.scenario["prompt"]
        if not self.scenario.get("placing"):
            self.write(prompt)
            return
        self.column = len(prompt) + 2
        behind = f"\x1b[24;1H\x1b[24;{self.column}H\x1b[24;1H\x1b[?25h\x1b[24;{self.column}H"
        self.write(f"\x1b[1;24r\x1b[24;1H\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25h\x1b[24;1H{prompt} {behind}")

    def pages(self, output: str) -> None:
        lines = output.split("\n")
        pager = self.scenario.get("pager") or {}
        height = pager.get("height", 24)
        for number, line in enumerate(lines, start=1):
            self.write(line + ("\r\n" if number < len(lines) else ""))
            if self.paging and number % height == 0 and number < len(lines):
                self.write(pager["text"])
                key = os.read(0, 1).decode()
                if self.key == b"\r" and key == "\n":  # the second half of the enter key before
                    key = os.read(0, 1).decode()
                self.key = key.encode()
                self.note("key", key)
                height = len(lines) + 1 if key == pager.get("all") else height
                self.write(pager["erase"])

    def line(self) -> str:
        """Read and echo a line, character by character."""
        typed = b""
        while True:
            before, key = self.key, os.read(0, 1)
            self.key = key
            if not key:
                sys.exit(0)
            if before == b"\r" and key == b"\n":
                continue
            if key in ENTER:
                self.write(_PLACED_ENTER if self.scenario.get("placing") else "\r\n")
                return typed.decode("utf-8", "replace")
            typed += key
            if not self.scenario.get("mute"):
                os.write(1, key)
                self.column += 1
                if self.scenario.get("placing"):
                    self.write(f"\x1b[24;1H\x1b[24;{self.column}H\x1b[24;1H\x1b[?25h\x1b[24;{self.column}H")

    def write(self, text: str) -> None:
        data = text.encode(self.scenario.get("encoding", "utf-8"))
        if not self.scenario.get("trickles"):
            while data:
                data = data[os.write(1, data) :]
            return
        for octet in data:
            os.write(1, bytes([octet]))
            time.sleep(self.scenario["trickles"])


def main() -> None:
    if os.isatty(0):
        tty.setraw(0)
    Device(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])).run()


if __name__ == "__main__":
    main()
