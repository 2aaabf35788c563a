"""The files that came with a campaign's answers, packed: a folder for each unit, names that no two share."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text
from taizhang.evidence.folder import EvidenceFolder
from taizhang.web.pages.review.campaigns import Campaign

BYTES_MAX = 200 << 20
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class TooMuchToPack(TaizhangError):
    """The files are more than one archive holds."""

    kind = ErrorKind.REFUSED


def packed(campaign: Campaign, folder: EvidenceFolder) -> bytes:
    """Return the archive; what is not there, or is not what the ledger says, is named in it. Raises TooMuchToPack."""
    size = sum(int(file["bytes"]) for line in campaign.lines for file in line.files)
    if size > BYTES_MAX:
        raise TooMuchToPack(Text("附件合计超过 {most} MB，请在各单位的记录里分别下载", most=BYTES_MAX >> 20))
    content = BytesIO()
    missing = []
    with ZipFile(content, "w", ZIP_STORED) as archive:
        for line in campaign.lines:
            for number, file in enumerate(line.files, 1):
                name = f"{_plain(f'{line.unit} {line.name}')}/{number} {_plain(file['filename'])}"
                path = folder.find(file["sha256"])
                body = path.read_bytes() if path is not None else b""
                if path is None or hashlib.sha256(body).hexdigest() != file["sha256"]:
                    missing.append(name)
                else:
                    archive.writestr(name, body)
        if missing:
            archive.writestr("缺少的附件.txt", "\n".join(missing) + "\n")
    return content.getvalue()


def _plain(name: str) -> str:
    return _BAD.sub(" ", name).strip(" .")[:120] or "_"
