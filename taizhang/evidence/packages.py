"""What an office file packed as a ZIP is: by what its own table of contents calls its main part.

The names of its parts say nothing: Word Online calls the text `word/document2.xml`. An OFD (GB/T 33190) has no such
table; its root says so itself. The table is read with bounds, and without the tricks of XML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from ledger.errors import TaizhangError
from ledger.text import Text

CONTENTS = "[Content_Types].xml"
_CONTENTS_BYTES_MAX = 1 << 20
_OFD_ROOT = "OFD.xml"
_OFD_NAMESPACE = b"http://www.ofdspec.org/2016"
_ACTIVE = re.compile(r"macroenabled|vbaproject|vbadata|activex|xlmacro|macrosheet", re.ASCII)
"""Of content types: what holds macros or controls, wherever in the package it lies and whatever it is called."""


class NotReadable(TaizhangError):
    """The archive cannot be opened, or its table of contents is not one; `text` says what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """What the table of contents says."""

    types: frozenset[str]
    """The content types of all parts, in lower case; empty for an OFD."""
    names: frozenset[str]
    """The names of all parts, in lower case."""
    listed: bool = True
    """Whether it has a table of contents at all."""
    ofd: bool = False

    @property
    def active(self) -> bool:
        """Whether something in it runs: macros, controls."""
        return any(map(_ACTIVE.search, self.types)) or any(
            name.endswith("vbaproject.bin") or "/activex/" in name for name in self.names
        )


def read_package(content: bytes) -> Package:
    """Return what the ZIP in *content* is. Raises NotReadable."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = frozenset(archive.namelist())
            lower = frozenset(name.replace("\\", "/").lower() for name in names)
            if CONTENTS in names:
                return Package(_types(_head(archive, CONTENTS)), lower)
            root = _head(archive, _OFD_ROOT) if _OFD_ROOT in names else b""
            return Package(frozenset(), lower, listed=False, ofd=_OFD_NAMESPACE in root)
    except (BadZipFile, ValueError, NotImplementedError, OverflowError, RuntimeError, EOFError, OSError):
        raise NotReadable(Text("文件已损坏，打不开；请重新取一份完整的")) from None
    except expat.ExpatError:
        raise NotReadable(Text("文件已损坏，打不开；请重新取一份完整的")) from None


def _head(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(_CONTENTS_BYTES_MAX + 1)
    if len(content) > _CONTENTS_BYTES_MAX:
        raise ValueError(name)
    return content


def _types(table: bytes) -> frozenset[str]:
    """Return every content type in the table, in lower case. Raises ExpatError, and ValueError for a document type."""
    found: set[str] = set()

    def start(_tag: str, attributes: dict[str, str]) -> None:
        found.add(attributes.get("ContentType", "").strip().lower())

    def refuse(*_said: object) -> None:
        raise ValueError("a document type has no place in a table of contents")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(table, True)
    return frozenset(found - {""})
