"""A file to be saved: always as an attachment, with its name in Chinese."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from taizhang.web.http.auth import options_of

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "yaml": "application/yaml; charset=utf-8",
}


_MADE = re.compile(r"made-[0-9a-f]{16}", re.ASCII)


def download(request: Request, content: bytes, filename: str) -> Response:
    """Return *content* as a file to save (RFC 6266, the name as RFC 8187 writes it).

    A page that waits for it (static/waiting.js) says in the address which cookie is to tell it that the file has come.
    """
    kind = filename.rpartition(".")[2]
    disposition = f"attachment; filename=\"{kind}.{kind}\"; filename*=UTF-8''{quote(filename, safe='')}"
    response = Response(content, media_type=MEDIA_TYPES[kind], headers={"content-disposition": disposition})
    made = request.query_params.get("made", "")
    if _MADE.fullmatch(made):
        response.set_cookie(made, "1", max_age=60, samesite="strict", secure=options_of(request).secure)
    return response


_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What Windows takes in no file's name."""


def name_of_file(*parts: str, form: str) -> str:
    """Return what a person would call a file: 青禾小学党总支-自评表-2017-06-30.xlsx."""
    return "-".join(_NOT_IN_NAMES.sub("", part)[:80] for part in parts if part) + f".{form}"
