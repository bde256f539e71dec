"""What makes the cookies of one target differ from step to step. Pure."""

from __future__ import annotations

import os


class Masks:
    """What makes the cookies of the steps differ, so that a reply says which of several probes it answers."""

    def __init__(self, steps: int) -> None:
        numbers = dict.fromkeys([0])
        while len(numbers) < steps:
            numbers[int.from_bytes(os.urandom(4), "big")] = None
        self.of = tuple(numbers)
        self.step = {mask: step for step, mask in enumerate(self.of)}
