"""Operators' templates: run in a sandbox, kept inside their folder, their faults named by file and place.

A template comes from a colleague by mail and is text, not a program: it reaches nothing but the report's data.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ledger.text import Text
from taizhang.app.errors import FileRefused

PICTURE_BYTES_MAX = 2 * 1024 * 1024
_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}

Sandbox = ImmutableSandboxedEnvironment


class FolderLoader(FileSystemLoader):
    """Loads templates of one folder, and nothing that a link in it leads to elsewhere."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folder = folder.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        """Return a template's text, its file and whether it is still the same."""
        found = super().get_source(environment, template)
        if not Path(found[1]).resolve().is_relative_to(self._folder):
            raise TemplateNotFound(template)
        return found


def picture_of(folder: Path, name: str) -> str:
    """Return the picture *name* of *folder* as a data: address, for ``<img src="{{ 'logo.png' | picture }}">``.

    Raises FileRefused when there is none.
    """
    path = (folder / name).resolve()
    media_type = _PICTURES.get(path.suffix.lower())
    inside = path.is_relative_to(folder.resolve()) and path.is_file()
    if media_type is None or not inside or path.stat().st_size > PICTURE_BYTES_MAX:
        raise FileRefused(
            Text(
                "模板里的图片“{name}”用不了：要放在模板文件夹里，是 PNG、JPEG 或 SVG，不超过 {most} MB",
                name=name[:100],
                most=PICTURE_BYTES_MAX >> 20,
            )
        )
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode()}"


@contextmanager
def faults_named(templates: Path | None, file: str) -> Iterator[None]:
    """Turn what a template of the folder *templates* does wrong into FileRefused; *file* is the one that was begun.

    Faults of the program's own templates stay what they are.
    """
    try:
        yield
    except FileRefused:
        raise
    except Exception as error:
        place = _place(error, templates, file)
        if place is None:
            raise
        name, line = place
        reason = error.message if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
        raise FileRefused(_fault(name, line, (reason or type(error).__name__)[:500])) from error


def _fault(name: str, line: int | None, reason: str) -> Text:
    if line is None:
        return Text("模板 {file} 有错：{reason}", file=name, reason=reason)
    return Text("模板 {file} 第 {line} 行有错：{reason}", file=name, line=line, reason=reason)


def _place(error: Exception, templates: Path | None, file: str) -> tuple[str, int | None] | None:
    """Return the file and line of *templates* at which *error* arose; None when it is none of its files."""
    if templates is None:
        return None
    own = templates.resolve()
    if isinstance(error, TemplateSyntaxError):
        return _within(own, error.filename, error.lineno) or _begun(own, file, None)
    found = None
    trace = error.__traceback__
    while trace is not None:
        found = _within(own, trace.tb_frame.f_code.co_filename, trace.tb_lineno) or found
        trace = trace.tb_next
    return found or _begun(own, file, None)


def _within(own: Path, filename: str | None, line: int | None) -> tuple[str, int | None] | None:
    if filename and Path(filename).is_absolute() and Path(filename).resolve().is_relative_to(own):
        return str(Path(filename).resolve().relative_to(own)), line
    return None


def _begun(own: Path, file: str, line: int | None) -> tuple[str, int | None] | None:
    return (file, line) if (own / file).exists() else None
