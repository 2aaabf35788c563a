"""Reports of hostile records and by hostile templates: in bounded time or refused in words; nothing else is reached."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from taizhang.documents.reports import pdf, pressing, rendering
from taizhang.documents.reports.template_files import write_templates
from taizhang.workers.bounds import Bounds

from .conftest import District, Result, Run

DAY = "2017-09-20"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def report(run: Run, district: District, form: str, *words: str) -> Result:
    return run(
        "report", "study", "wj-01", "--as-of", DAY, "--format", form, "--store", district, "--json", *words
    )


def page_saying(said: str) -> Path:
    """A folder with one template of an operator's."""
    folder = Path("模板")
    folder.mkdir()
    text = f'{{% extends "base.html" %}}\n{{% block body %}}\n{said}\n{{% endblock %}}\n'
    (folder / "study.html").write_text(text, "utf-8")
    return folder


def document_saying(said: str) -> Path:
    folder = Path("模板")
    folder.mkdir()
    document = Document()
    document.add_paragraph(said)
    document.save(str(folder / "study.docx"))
    return folder


# -- records -----------------------------------------------------------------------------------------------------


def test_one_word_of_sixty_thousand_letters_is_a_pdf(filled: Run) -> None:
    """It took 421 s of a processor, and nobody else got a PDF meanwhile."""
    event: dict[str, Any] = {
        "specversion": "1.0", "id": "long", "source": "urn:x", "type": "activity.held", "subject": "lh-01",
        "time": "2017-05-10", "data": {"kinds": ["moral_lecture_hall"], "topic": "w" * 60_000},
    }  # fmt: skip
    Path("x.jsonl").write_text(json.dumps(event), "utf-8")
    assert filled("import", "x.jsonl").status == 0
    done = filled("report", "台账", "lh-01", "--as-of", DAY, "--format", "pdf", "--json")
    assert done.status == 0, done.err
    reader = PdfReader(io.BytesIO(Path(done.document["files"][0]).read_bytes()))
    letters = sum(page.extract_text().count("w") for page in reader.pages)
    assert len(reader.pages) < 100
    assert letters >= 60_000, "nothing of it is left out"


def test_long_words_get_places_to_break_at_and_texts_stay_whole() -> None:
    long = "a" * 100
    assert pdf._broken(long) == "\u200b".join(["a" * 8] * 12 + ["a" * 4])
    assert pdf._broken("党" * 100) == "党" * 100, "a line breaks between any two of these"
    assert pdf._broken("a" * 40 + " b") == "a" * 40 + " b"
    assert pdf._broken(None) is None


def test_what_takes_too_long_is_refused_in_words_and_the_others_are_written(
    run: Run, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PRESS", "tests.office.jobs:pressed_but_for_one")
    bounds = Bounds(cpu_seconds=60, wall_seconds=20, memory_bytes=1 << 30, output_bytes=1 << 24)
    monkeypatch.setattr(pressing, "BOUNDS", bounds)
    done = run(
        "report", "study", "--all", "--as-of", DAY, "--format", "xlsx", "--out", "夹", "--store", district, "--json"
    )  # fmt: skip
    assert done.status == 1
    assert sorted(path.name.split("-", 1)[1][:5] for path in Path("夹").iterdir()) == ["wj-01", "wj-03"]
    (problem,) = json.loads(done.err.splitlines()[-1])["errors"]
    assert problem["field"] == "wj-02"
    assert "请换一种格式" in problem["problem"]


def test_pages_of_a_pdf_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PAGES_MAX", 2)
    assert pdf.render_pdf("<p>1</p><p style='break-before:page'>2</p>").startswith(b"%PDF")
    with pytest.raises(pdf.FileRefused) as refused:
        pdf.render_pdf("<p>1</p><p style='break-before:page'>2</p><p style='break-before:page'>3</p>")
    assert "3 页" in str(refused.value)


# -- templates ---------------------------------------------------------------------------------------------------

REACHING_OUT = (
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ report.__class__.__mro__ }}",
    "{{ ''.__class__ }}",
    "{{ report.lines.append(1) }}",
    "{{ '{0.__class__}'.format(report) }}",
    "{% set _ = report.__init__.__globals__ %}{{ _ }}",
)


@pytest.mark.parametrize("said", REACHING_OUT)
@pytest.mark.parametrize("form", ["html", "docx"])
def test_a_template_is_no_program(run: Run, district: District, form: str, said: str) -> None:
    folder = page_saying(said) if form == "html" else document_saying(said)
    done = report(run, district, form, "--templates", str(folder))
    assert done.status == 1
    (problem,) = json.loads(done.err.splitlines()[-1])["errors"]
    assert f"study.{form}" in problem["problem"]
    assert list(Path().glob("*.html")) == list(Path().glob("*.docx")) == []


@pytest.mark.parametrize(
    "said",
    ["{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "{{ 'x' * 10**10 }}"],
)
def test_a_template_without_end_ends(
    run: Run, district: District, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    bounds = Bounds(cpu_seconds=2, wall_seconds=60, memory_bytes=1 << 29, output_bytes=1 << 24)
    monkeypatch.setattr(rendering.filling, "BOUNDS", bounds)
    done = report(run, district, "html", "--templates", str(page_saying(said)))
    assert done.status == 1
    assert "模板" in done.err


def test_a_fault_is_named_by_file_and_line(run: Run, district: District) -> None:
    folder = page_saying("<p>x</p>\n{{ report.nothing }}")
    done = report(run, district, "html", "--templates", str(folder))
    assert "study.html 第 4 行" in done.err
    (folder / "study.html").write_text("a\n\n{% if %}", "utf-8")
    done = report(run, district, "html", "--templates", str(folder))
    assert "study.html 第 3 行" in done.err
    (folder / "study.docx").write_bytes(b"no document")
    done = report(run, district, "docx", "--templates", str(folder))
    assert "study.docx" in done.err


def test_a_picture_of_the_folder_is_in_the_pdf_and_no_other_file(run: Run, district: District) -> None:
    (
        logo := page_saying("<p>{{ report.name }}</p><img src=\"{{ 'logo.png' | picture }}\">") / "logo.png"
    ).write_bytes(PIXEL)
    done = report(run, district, "pdf", "--templates", "模板")
    assert done.status == 0, done.err
    reader = PdfReader(io.BytesIO(Path(done.document["files"][0]).read_bytes()))
    assert [len(page.images) for page in reader.pages] == [1]
    logo.unlink()
    logo.symlink_to("/etc/hostname.png")
    Path("secret.png").write_bytes(PIXEL)
    for name in ("logo.png", "../secret.png", "study.html", "/etc/passwd"):
        (logo.parent / "study.html").write_text(f"{{{{ '{name}' | picture }}}}", "utf-8")
        done = report(run, district, "html", "--templates", "模板")
        assert done.status == 1
        assert "图片" in done.err


def test_no_file_outside_the_folder_is_a_template(run: Run, district: District) -> None:
    Path("secret.html").write_text("secret", "utf-8")
    folder = page_saying('{% include "linked.html" %}')
    (folder / "linked.html").symlink_to(Path("secret.html").resolve())
    assert report(run, district, "html", "--templates", str(folder)).status == 1
    (folder / "study.html").write_text('{% include "../secret.html" %}', "utf-8")
    assert report(run, district, "html", "--templates", str(folder)).status == 1


@pytest.mark.parametrize(
    "said",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<style>@import url("file:///etc/passwd"); @font-face { font-family: x; src: url("file:///x") }</style>',
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///x'/></svg>\">",
    ],
)
def test_a_pdf_fetches_nothing(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "urllib.request.FileHandler.file_open", lambda _self, request: opened.append(request.full_url)
    )
    monkeypatch.setattr(
        "urllib.request.HTTPHandler.http_open", lambda _self, request: opened.append(request.full_url)
    )
    content = pdf.render_pdf(f"<p>x</p>{said}")
    assert content.startswith(b"%PDF")
    assert opened == []
    assert b"/EmbeddedFile" not in content


def test_the_templates_as_they_come_run_in_the_sandbox(run: Run, district: District) -> None:
    write_templates(Path("模板"))
    for form in ("html", "docx"):
        assert report(run, district, form, "--templates", "模板").status == 0
