"""A realistic district's year: generated from a seed, lived through day by day, or written to a file."""

from taizhang.demo.district import SHOWN_UNIT
from taizhang.demo.generate import Entry, generate, generate_by_unit
from taizhang.demo.jsonl import write_jsonl
from taizhang.demo.live import Lived, live
from taizhang.demo.story import SHOWN_DAY

__all__ = ["SHOWN_DAY", "SHOWN_UNIT", "Entry", "Lived", "generate", "generate_by_unit", "live", "write_jsonl"]
