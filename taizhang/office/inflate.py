"""How much a ZIP archive really unpacks to, measured before anybody unpacks it.

What an archive says of itself is not believed: every entry is inflated piece by piece and counted, and nothing is kept.
"""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from ledger.text import Text
from taizhang.inflating import Locked, NotUnpacked, TooMuch, UncommonPacking, check_entries
from taizhang.office.refusal import FileRefused

INFLATED_BYTES_MAX = 200 * 1024 * 1024


def check_inflated(content: bytes) -> frozenset[str]:
    """Return the names of the archive's entries. Raises FileRefused when it is encrypted, broken or unpacks too far."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
        check_entries(content, entries, INFLATED_BYTES_MAX)
    except Locked:
        raise FileRefused(Text("工作簿设了打开密码；请用 Excel 或 WPS 取消密码后再导入")) from None
    except TooMuch:
        most = INFLATED_BYTES_MAX >> 20
        raise FileRefused(
            Text("文件解开后超过 {most} MB，不像是办公用的工作簿，没有读取", most=most)
        ) from None
    except UncommonPacking:
        raise FileRefused(Text("文件的压缩方式不常见，不能读；请用 Excel 或 WPS 另存为 .xlsx")) from None
    except (NotUnpacked, BadZipFile, ValueError, NotImplementedError):
        raise FileRefused(Text("文件已损坏，打不开；请重新取一份完整的")) from None
    return frozenset(entry.filename for entry in entries)
