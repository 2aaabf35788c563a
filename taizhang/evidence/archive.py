"""How much a ZIP archive really unpacks to: measured in a process of its own, not believed, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from ledger.text import Text
from taizhang.evidence.unzip import Locked, NotUnpacked, TooMuch, check_entries
from taizhang.workers import worker
from taizhang.workers.bounds import Bounds

UNPACKED_BYTES_MAX = 200 * 1024 * 1024
BOUNDS = Bounds(cpu_seconds=20, wall_seconds=40, memory_bytes=512 << 20, output_bytes=1 << 10)

_MOST_BYTES = 8
_WORDS = {
    b"locked": Text("文件设了打开密码；请取消密码后再附上"),
    b"much": Text("文件解开后太大（超过 {most} MB），不像是办公文件", most=UNPACKED_BYTES_MAX >> 20),
    b"broken": Text("文件已损坏，打不开；请重新取一份完整的"),
}


def check_unpacked(content: bytes) -> Text | None:
    """Return what is wrong with the archive in *content*, None when it can be kept."""
    try:
        most = UNPACKED_BYTES_MAX.to_bytes(_MOST_BYTES, "big")
        said = worker.do("taizhang.evidence.archive:unpacked", most + content, BOUNDS)
    except worker.OverBounds:
        said = b"much"
    except worker.JobFailed:
        said = b"broken"
    return _WORDS[said] if said else None


def unpacked(content: bytes) -> Iterator[bytes]:
    """A job of a worker: yield nothing for an archive that can be kept, else a key of `_WORDS`.

    The *content* comes behind the number of bytes that it may unpack to.
    """
    most, content = int.from_bytes(content[:_MOST_BYTES], "big"), content[_MOST_BYTES:]
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
        check_entries(content, entries, most)
    except Locked:
        yield b"locked"
    except TooMuch:
        yield b"much"
    except (NotUnpacked, BadZipFile, ValueError, NotImplementedError, OverflowError):
        yield b"broken"
