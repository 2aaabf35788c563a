"""A file to be saved: always as an attachment, with its name in Chinese."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


def download(content: bytes, filename: str) -> Response:
    """Return *content* as a file to save (RFC 6266, the name as RFC 8187 writes it)."""
    kind = filename.rpartition(".")[2]
    disposition = f"attachment; filename=\"{kind}.{kind}\"; filename*=UTF-8''{quote(filename, safe='')}"
    return Response(content, media_type=MEDIA_TYPES[kind], headers={"content-disposition": disposition})
