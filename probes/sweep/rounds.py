"""Whether another round of probes is worth its packets, by what each round before has found. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST: Final = 8
"""An adaptive sweep ends here, whatever the loss."""
_MISSED: Final = 0.25
_MISSED_SHARE: Final = 1 / 2500
_UNSEEN_LOSS: Final = 1 / 3
"""At most so much is lost where nobody was found late, however few there are: one host alone cannot tell."""
_HURRIED_LEAST: Final = 10
_HURRIED_SHARE: Final = 1 / 4


def worth_another(found: Mapping[int, int], last: int) -> bool:
    """Say whether the loss measured so far predicts that a host was missed.

    When every probe or its answer is lost with the same chance, each round finds that share of what the round before
    found; after so many rounds, that share to their power is still missing. A few answers measure the share badly, so
    what chance may have hidden (a standard deviation and two) is added. It is enough when fewer than a quarter of a
    host, or one of 2,500, is predicted to be missed. One round alone says nothing. Where no round has found anybody
    late, not more than a third is taken to be lost: else a network of two hosts would be asked eight times.

    Args:
        found: how many addresses were found by each round, the first being 0.
        last: the round that has just ended.
    """
    if last + 1 >= MOST:
        return False
    if last == 0:
        return True
    rounds = [found.get(number, 0) for number in range(last + 1)]
    later, earlier, alive = sum(rounds[1:]), sum(rounds[:-1]), sum(rounds)
    share = min(1.0 if later else _UNSEEN_LOSS, (later + math.sqrt(later) + 2) / max(1, earlier))
    return alive * share ** (last + 1) >= max(_MISSED, alive * _MISSED_SHARE)


def lossy(found: Mapping[int, int], last: int) -> bool:
    """Say whether a round found so many that others were silent to the one before that the pace may be why.

    Random loss of every fourth packet or answer does that too; asking once more, slower, does no harm then.
    """
    later, earlier = found.get(last, 0), found.get(last - 1, 0)
    return last > 0 and later >= _HURRIED_LEAST and later >= earlier * _HURRIED_SHARE
