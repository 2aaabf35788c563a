"""One package of an archive: a ZIP that can be opened, read and checked without this program.

It is a bag (RFC 8493): what is kept lies under ``data/``, its digests in ``manifest-sha256.txt``, and beside them
``元数据.xml``, whose elements are called as DA/T 46-2009 (文书类电子文件元数据方案) calls them; like an encapsulated
record of DA/T 48-2009 a package holds content, metadata and signature of one record together. The same content makes
the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PACKED = frozenset({"pdf", "docx", "xlsx", "pptx", "jpg", "jpeg", "png", "zip", "mp4", "ofd"})
"""Endings of what is packed already."""
BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class About:
    """What the metadata say of a package."""

    title: str
    """题名"""
    unit: str
    """电子文件号: the unit's id, or the ledger's name."""
    maker: str
    """立档单位名称"""
    responsible: str
    """责任者: who signed."""
    year: int
    made_on: date
    system: str
    """信息系统描述"""
    signature: str
    """电子签名: the signed checkpoint over the ledger that the package rests on."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What else is to be known, by name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a package."""

    name: str
    bytes: int
    sha256: str


class Package:
    """Writes one package to *path*; it is there once it is whole."""

    def __init__(self, path: Path, about: About) -> None:
        self._path, self._about = path, about
        self._partial = path.with_name(path.name + ".partial")
        self._files: list[Kept] = []

    def __enter__(self) -> Self:
        self._archive = ZipFile(self._partial, "w")
        return self

    def add(self, name: str, content: bytes) -> None:
        """Keep *content* under ``data/`` as *name*."""
        self._files.append(Kept(f"data/{name}", len(content), hashlib.sha256(content).hexdigest()))
        self._write(f"data/{name}", content)

    def _write(self, name: str, content: bytes) -> None:
        entry = ZipInfo(name, _EPOCH)
        packed = name.rpartition(".")[2].lower() in _PACKED
        entry.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._archive.writestr(entry, content)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._archive.close()
            self._partial.unlink(missing_ok=True)
            return
        tags = {
            "bagit.txt": BAGIT.encode(),
            "bag-info.txt": self._bag_info().encode(),
            "元数据.xml": metadata(self._about, self._files).encode(),
            "manifest-sha256.txt": _manifest([(each.sha256, each.name) for each in self._files]),
        }
        for name, content in tags.items():
            self._write(name, content)
        digests = [(hashlib.sha256(content).hexdigest(), name) for name, content in tags.items()]
        self._write("tagmanifest-sha256.txt", _manifest(digests))
        self._archive.close()
        self._partial.replace(self._path)

    def _bag_info(self) -> str:
        size = sum(each.bytes for each in self._files)
        return (
            f"Source-Organization: {self._about.maker}\n"
            f"External-Description: {self._about.title}\n"
            f"External-Identifier: {self._about.unit}-{self._about.year}\n"
            f"Bagging-Date: {self._about.made_on.isoformat()}\n"
            f"Payload-Oxum: {size}.{len(self._files)}\n"
        )


def _manifest(found: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {name}\n" for digest, name in found).encode()


def metadata(about: About, files: Sequence[Kept]) -> str:
    """Return the metadata of a package as XML."""

    def element(name: str, text: object) -> str:
        return f"<{name}>{escape(str(text))}</{name}>"

    listed = "".join(
        "\n    <文件>"
        + element("计算机文件名", each.name)
        + element("计算机文件大小", each.bytes)
        + element("格式信息", each.name.rpartition(".")[2].lower())
        + f'<数字摘要 算法="SHA-256">{each.sha256}</数字摘要></文件>'
        for each in files
    )
    more = "".join(
        f"\n    <说明 名称={quoteattr(name)}>{escape(value)}</说明>" for name, value in about.more.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<电子文件>\n'
        f"  {element('聚合层次', '文件')}\n"
        f"  <来源>{element('立档单位名称', about.maker)}</来源>\n"
        f"  {element('电子文件号', f'{about.unit}-{about.year}')}\n"
        f"  <档号>{element('年度', about.year)}</档号>\n"
        f"  <内容描述>\n    {element('题名', about.title)}\n    {element('责任者', about.responsible)}\n"
        f"    {element('日期', about.made_on.isoformat())}{more}\n  </内容描述>\n"
        f"  <电子属性>\n    {element('信息系统描述', about.system)}{listed}\n  </电子属性>\n"
        f"  <电子签名>\n    {element('签名规则', 'C2SP tlog-checkpoint, Ed25519')}\n"
        f"    {element('签名结果', about.signature)}\n  </电子签名>\n</电子文件>\n"
    )
