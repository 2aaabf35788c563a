"""The templates as they come, written to a folder for an operator to change."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from taizhang.documents.reports.kinds import KINDS
from taizhang.documents.reports.word_templates import template_of


def write_templates(folder: Path) -> list[Path]:
    """Write every template that *folder* has not yet; return the files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{key}.docx": template_of(key) for key, kind in KINDS.items() if not kind.template}
    for file in (resources.files("taizhang.documents.reports") / "templates").iterdir():
        contents[file.name] = file.read_bytes()
    written = []
    for name, content in sorted(contents.items()):
        path = folder / name
        if not path.exists():
            path.write_bytes(content)
            written.append(path)
    return written
