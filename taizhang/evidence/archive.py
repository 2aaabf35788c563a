"""How much a ZIP archive really unpacks to, measured and not believed: nothing is kept of it."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from ledger.text import Text
from taizhang.inflating import Damaged, inflated_bytes

UNPACKED_BYTES_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 2000


def check_unpacked(content: bytes) -> Text | None:
    """Return what is wrong with the archive in *content*, None when it can be kept."""
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
    if len(entries) > ENTRIES_MAX:
        return _too_much()
    left = UNPACKED_BYTES_MAX
    for entry in entries:
        if entry.flag_bits & 1:
            return Text("文件设了打开密码；请取消密码后再附上")
        try:
            left -= inflated_bytes(content, entry, left)
        except Damaged:
            return Text("文件已损坏，打不开；请重新取一份完整的")
        if left < 0:
            return _too_much()
    return None


def _too_much() -> Text:
    return Text("文件解开后太大（超过 {most} MB），不像是办公文件", most=UNPACKED_BYTES_MAX >> 20)
