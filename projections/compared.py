"""Where a unit stands among those that one clause compares it with."""

from __future__ import annotations

from typing import NamedTuple

from rubric.format2.curves import Worlds


class Compared(NamedTuple):
    """Its place, or per cent of the mean or of the best (now, the least, the most), among how many units."""

    worlds: Worlds
    among: int
