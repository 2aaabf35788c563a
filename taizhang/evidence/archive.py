"""How much a ZIP archive really unpacks to, measured and not believed: nothing is kept of it."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from ledger.text import Text
from taizhang.evidence.unzip import Locked, NotUnpacked, TooMuch, check_entries

UNPACKED_BYTES_MAX = 200 * 1024 * 1024


def check_unpacked(content: bytes) -> Text | None:
    """Return what is wrong with the archive in *content*, None when it can be kept."""
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
    try:
        check_entries(content, entries, UNPACKED_BYTES_MAX)
    except Locked:
        return Text("文件设了打开密码；请取消密码后再附上")
    except TooMuch:
        return Text("文件解开后太大（超过 {most} MB），不像是办公文件", most=UNPACKED_BYTES_MAX >> 20)
    except NotUnpacked:
        return Text("文件已损坏，打不开；请重新取一份完整的")
    return None
