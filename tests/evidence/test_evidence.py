"""Attached files: what is taken, by content; what is refused; how it is kept."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.problem import StoreError
from taizhang.evidence import archive
from taizhang.evidence.attaching import taken
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import (
    DOC,
    DOCX,
    DPS,
    ET,
    HEIC,
    JPEG,
    OFD,
    PDF,
    PNG,
    PPT,
    PPTX,
    TXT,
    WEBP,
    WPS,
    XLS,
    XLSX,
    Kind,
    NotEvidence,
)
from taizhang.evidence.naming import content_disposition, safe_name

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
JPEG_BYTES = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20) + b"\xff\xd9"


def packed(**entries: bytes) -> bytes:
    """Return a ZIP; names are given with __ for /."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for name, content in entries.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


WORD = {"word__document_dot_xml": b"<w/>"}
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
HEIC_BYTES = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)
TELEPHONE = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf" + bytes(40)
FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + bytes(40)
DRAWN = '<o:OFD xmlns:o="http://www.ofdspec.org/2016" Version="1.0"/>'


def package(part: str, *types: str, table: str = "", **more: str) -> bytes:
    """Return an office file whose table of contents is that of *types*, or *table*; its own first part comes first."""
    listed = "".join(f'<Override PartName="/{part}" ContentType="{each}"/>' for each in types)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(part, "<w/>")
        file.writestr("[Content_Types].xml", table or f'<?xml version="1.0"?><Types>{listed}</Types>')
        for name, content in more.items():
            file.writestr(name, content)
    return made.getvalue()


def drawn(root: str = DRAWN) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("OFD.xml", root)
        file.writestr("Doc_0/Document.xml", "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "filename", "kind"),
    [
        (b"%PDF-1.4\n%\xe2\xe3\n1 0 obj", "纪要.pdf", PDF),
        (JPEG_BYTES, "合影.JPG", JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "图.png", PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "图.webp", WEBP),
        (packed(**WORD), "纪要.docx", DOCX),
        (packed(xl__workbook_dot_xml=b"<x/>"), "名单.xlsx", XLSX),
        (OLE + "WordDocument".encode("utf-16-le"), "纪要.doc", DOC),
        (OLE + "WordDocument".encode("utf-16-le"), "纪要.wps", WPS),
        (OLE + "Workbook".encode("utf-16-le"), "名单.xls", XLS),
        (OLE + "Workbook".encode("utf-16-le"), "名单.et", ET),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "党课.ppt", PPT),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "党课.dps", DPS),
        (package("word/document2.xml", MAIN.format("wordprocessingml.document")), "在线.docx", DOCX),
        (package("ppt/presentation.xml", MAIN.format("presentationml.presentation")), "党课.pptx", PPTX),
        (drawn(), "公文.ofd", OFD),
        (HEIC_BYTES, "合影.heic", HEIC),
        (TELEPHONE, "合影.HEIF", HEIC),
        ("会议记录\r\n一、学习".encode(), "纪要.txt", TXT),
        ("会议记录".encode("gb18030"), "纪要.txt", TXT),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_what_its_content_is(content: bytes, filename: str, kind: Kind) -> None:
    attachment = taken(content, filename)
    assert attachment.kind is kind
    assert attachment.filename.lower() == filename.lower()


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"<!doctype html><script>alert(1)</script>", "合影.jpg"),
        (b"<html><body onload=alert(1)>", "纪要.txt"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "图.svg"),
        (b"MZ\x90\x00" + bytes(60), "纪要.pdf"),
        (b"GIF89a" + bytes(20), "图.gif"),
        (b"#!/bin/sh\nrm -rf /", "纪要.txt"),
        (b"plain words", "纪要.docx"),
        (b"text\x00with nothing", "纪要.txt"),
        (packed(readme_dot_txt=b"x"), "纪要.docx"),
        (OLE + "Something".encode("utf-16-le"), "纪要.doc"),
        (b"", "纪要.pdf"),
        (b"PK\x03\x04broken", "纪要.docx"),
        (packed(**WORD, word__vbaProject_dot_bin=b"x"), "纪要.docx"),
        (OLE + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"), "纪要.doc"),
        (package("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "纪要.docx"),
        (
            package("word/document.xml", "application/vnd.ms-word.document.macro&#69;nabled.main+xml"),
            "纪要.docx",
        ),
        (
            package(
                "word/document.xml",
                MAIN.format("wordprocessingml.document"),
                "application/vnd.ms-office.vbaProject",
            ),
            "纪要.docx",
        ),
        (
            package(
                "word/document.xml",
                MAIN.format("wordprocessingml.document"),
                **{"word/activeX/activeX1.xml": ""},
            ),
            "纪要.docx",
        ),
        (package("word/document.xml", MAIN.format("wordprocessingml.template")), "模板.dotx"),
        (package("word/document.xml", table="<!DOCTYPE x [<!ENTITY a 'b'>]><Types/>"), "纪要.docx"),
        (package("word/document.xml", table="<Types>" + " " * (2 << 20) + "</Types>"), "纪要.docx"),
        (package("word/document.xml", table="<Types>"), "纪要.docx"),
        (drawn("<html/>"), "公文.ofd"),
        (FILM, "会议.heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "图.heic"),
        (OLE + "Workbook".encode("utf-16-le") + "_VBA_PROJECT_CUR".encode("utf-16-le"), "名单.xls"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_on_the_list_is_refused_in_words(content: bytes, filename: str) -> None:
    with pytest.raises(NotEvidence) as refused:
        taken(content, filename)
    assert len(str(refused.value.text)) >= 5


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_BYTES_MAX", 1 << 20)
    bomb = bytearray(packed(**WORD, word__media=bytes(2 << 20)))
    assert len(bomb) < 4096, "small as it comes"
    with pytest.raises(NotEvidence, match="解开后太大"):
        taken(bytes(bomb), "纪要.docx")
    # The sizes in the central directory say: three bytes.
    place = bomb.rfind(b"PK\x01\x02")
    bomb[place + 24 : place + 28] = (3).to_bytes(4, "little")
    with pytest.raises(NotEvidence, match="解开后太大"):
        taken(bytes(bomb), "纪要.docx")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\照片\\合影.jpeg", "合影.jpeg"),
        ("..", "附件.jpg"),
        ("", "附件.jpg"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "abSet-Cookie x.jpg"),
        ("\u202egpj.exe", "gpj.exe.jpg"),
        ("合影.png", "合影.png.jpg"),
        ("长" * 300 + ".jpg", "长" * 120 + ".jpg"),
    ],
)
def test_a_name_never_is_a_path(sent: str, kept: str) -> None:
    assert safe_name(sent, JPEG) == kept


def test_the_header_of_a_download_cannot_be_broken_out_of() -> None:
    header = content_disposition('会"议;\r\n记录.pdf', shown=False)
    assert header.startswith("attachment; filename=")
    assert header.isascii()
    assert "\r" not in header
    assert "%E4%BC%9A%22%E8%AE%AE" in header


def test_a_content_is_kept_once_and_whole(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path / "evidence")
    digest = folder.keep(b"minutes")
    assert digest == sha256(b"minutes").hexdigest() == folder.keep(b"minutes")
    path = folder.find(digest)
    assert path is not None
    assert path.read_bytes() == b"minutes"
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IXUSR | stat.S_IROTH)
    assert [each.name for each in (tmp_path / "evidence").rglob("*") if each.is_file()] == [digest]
    for strange in ("../" + digest, digest.upper(), digest[:-1], "", "\x00" * 64):
        assert folder.find(strange) is None


def test_a_disk_that_fails_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = EvidenceFolder(tmp_path / "evidence")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        folder.keep(b"minutes")
    assert [each for each in (tmp_path / "evidence").rglob("*") if each.is_file()] == []
