"""Reports: every figure is that of the scorecard of the day, in every format; texts of records stay texts."""

import io
import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from rubric.catalog import builtin
from taizhang.documents.reports import rendering
from taizhang.documents.reports.dates import long_day, official

from .conftest import District, Run

DAY = "2017-09-20"
UNITS = ("wj-01", "wj-02", "wj-03")


def written(run: Run, district: District, *words: str) -> bytes:
    done = run("report", *words, "--as-of", DAY, "--store", district, "--json")
    assert done.status == 0, done.err
    (file,) = done.document["files"]
    return Path(file).read_bytes()


def rows_of_html(content: bytes) -> list[list[str]]:
    """Every table row, with the cells that a span covers left out."""
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in lxml.html.document_fromstring(content.decode()).iter("tr")
    ]


def rows_of_docx(content: bytes) -> list[list[str]]:
    return [
        [cell.text.strip() for cell in row.cells]
        for table in Document(io.BytesIO(content)).tables
        for row in table.rows
    ]


def rows_of_xlsx(content: bytes) -> list[list[str]]:
    return [
        [_plain(value) for value in row]
        for sheet in load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows(values_only=True)
    ]


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return "" if value is None else str(value)


READERS = {"html": rows_of_html, "docx": rows_of_docx, "xlsx": rows_of_xlsx}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("unit", UNITS)
def test_self_assessment_is_the_scorecard(run: Run, district: District, unit: str, form: str) -> None:
    rows = READERS[form](written(run, district, "self-assessment", unit, "--format", form))
    card = run("score", unit, "--as-of", DAY, "--store", district, "--json").document
    found = {}
    for row in rows:
        # The first row of a section has the section's cell before it.
        number = next((cell for cell in row[:2] if cell.isdigit()), None)
        if number is not None:
            tail = row[-7:] if form == "html" else row[-8:][1:]
            found[int(number)] = (tail[2].removesuffix("分"), tail[4])
    assert found == {each["no"]: (each["points"], each["score"]) for each in card["indicators"]}
    total = next(row for row in rows if "合计" in row)
    assert card["total"]["score"] in total
    assert any(card["total"]["bonus"] in cell and card["total"]["claimed"] in cell for cell in total)
    assert f"{card['total']['full']}分" in total
    because = next(
        clause["because"]
        for indicator in card["indicators"]
        for clause in indicator["clauses"]
        if clause.get("loss", "0") != "0"
        and unit + "/" not in clause["because"]
        and "m0" not in clause["because"]
    )
    assert any(official(because).replace(" ", "") in cell.replace(" ", "") for row in rows for cell in row)
    assert not any(unit in cell for row in rows for cell in row), "no ids on paper"


def test_the_numbers_of_the_evidence_are_those_of_the_book(run: Run, district: District) -> None:
    table = rows_of_html(written(run, district, "自评表", "wj-02", "--format", "html"))
    page = lxml.html.document_fromstring(written(run, district, "台账", "wj-02", "--format", "html").decode())
    card = run("score", "wj-02", "--as-of", DAY, "--store", district, "--json").document
    said = {int(row[-7]): row[-1] for row in table if len(row) >= 7 and row[-7].isdigit()}
    listed: set[int] = set()
    for indicator in card["indicators"]:
        (chapter,) = page.xpath(f"//section[@id='c{indicator['no']}']")
        numbers = [int(row[0].text_content()) for row in chapter.xpath(".//tbody/tr")]
        assert numbers == _numbers(said[indicator["no"]])
        records = {record for clause in indicator["clauses"] for record in clause["records"]}
        assert len(numbers) == len(records)
        listed |= set(numbers)
    assert listed == set(range(1, len(listed) + 1))


def _numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for part in filter(None, text.split("、")):
        first, _, last = part.partition("–")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def test_the_book_shows_attendance_and_attachments(run: Run, district: District) -> None:
    rows = rows_of_html(written(run, district, "ledger-book", "wj-01", "--format", "html"))
    events = [json.loads(line) for line in run("export", "wj-01", "--store", district).out.splitlines()]
    told = "\n".join(cell for row in rows for cell in row)
    changed = {event["data"]["record"] for event in events if event["type"].startswith(("record.", "claim."))}
    card = run("score", "wj-01", "--as-of", DAY, "--store", district, "--json").document
    behind = {
        record
        for indicator in card["indicators"]
        for clause in indicator["clauses"]
        for record in clause["records"]
    }
    held = [
        event
        for event in events
        if event["type"] == "activity.held"
        and event["id"] in behind - changed
        and "attendees" in event["data"]
    ]
    assert len(held) > 20
    for event in held:
        topic, attendees = event["data"]["topic"], event["data"]["attendees"]
        day = long_day(date.fromisoformat(event["time"][:10]))
        lines = [row for row in rows if len(row) == 6 and topic in row[3] and day in row[1]]
        came = [sum(map(int, re.findall(r"(?:实到|另有) (\d+)", line[4]))) for line in lines]
        assert came
        if attendees != "all":
            assert len(attendees) in came
    files = [
        event["data"]["filename"]
        for event in events
        if event["type"] == "evidence.attached" and event["data"]["record"] in behind
    ]
    assert all(name in told for name in files)


@pytest.mark.parametrize("form", READERS)
def test_study_hours_are_those_of_members(run: Run, district: District, form: str) -> None:
    rows = READERS[form](written(run, district, "study", "wj-01", "--format", form))
    members = run("members", "wj-01", "--as-of", DAY, "--store", district, "--json").document["members"]
    found = {row[1]: (row[2], row[3], row[4]) for row in rows if len(row) >= 7 and row[0].isdigit()}
    assert found == {
        each["member"]: (
            each["hours"],
            *(("", "") if each["exempt"] else (each["required"], each["expected"])),
        )
        for each in members
    }
    by_branch = Counter(each["subject"] for each in members if not each["exempt"])
    counted = sorted(
        int(row[1]) for row in rows if len(row) >= 5 and row[0].endswith("支部") and row[1].isdigit()
    )
    assert counted == sorted(by_branch.values())


@pytest.mark.parametrize("form", READERS)
def test_the_letter_names_every_shortfall(run: Run, district: District, form: str) -> None:
    rows = READERS[form](written(run, district, "提醒函", "wj-01", "--format", form))
    shortfalls = run("shortfalls", "wj-01", "--as-of", DAY, "--store", district, "--json").document[
        "shortfalls"
    ]
    found = [
        (row[0], row[3].partition("日")[0] + "日")
        for row in rows
        if len(row) >= 5 and row[0].replace(".", "").isdigit()
    ]
    missed = {each["clause"] for each in shortfalls if each["status"] == "missed"}
    ahead = {
        (each["clause"], long_day(date.fromisoformat(each["due"])))
        for each in shortfalls
        if each["status"] != "missed"
    }
    assert set(found) >= ahead
    assert {clause for clause, _due in set(found) - ahead} == missed
    assert len(found) == len(ahead) + len(missed), "branches that lack the same share a line"


@pytest.mark.parametrize("form", READERS)
def test_the_bulletin_is_the_board(run: Run, district: District, form: str) -> None:
    rows = READERS[form](written(run, district, "通报", "--all", "--format", form))
    board = run("board", "--as-of", DAY, "--store", district, "--json").document["units"]
    ids = {each["name"]: each["unit"] for each in board}
    lines = {ids[row[1]]: row for row in rows if len(row) > 8 and row[1] in ids}
    assert set(lines) == {each["unit"] for each in board if each["overdue"]}
    for each in board:
        if each["unit"] in lines:
            found = run("shortfalls", each["unit"], "--as-of", DAY, "--store", district, "--json").document
            told = {
                short["clause"]
                for short in found["shortfalls"]
                if short["status"] == "missed" and short["days_left"] < -10
            }
            assert [lines[each["unit"]][place] for place in (2, 3, 4, 5, 8)] == [
                each["forecast"], each["score"], each["ceiling"], each["awaiting"], str(len(told))
            ]  # fmt: skip
    bands = [row for row in rows if row and ("分以上" in row[0] or "不到" in row[0] or " 至 " in row[0])]
    assert sum(int(row[1]) for row in bands) == len(board)


def test_charts_are_pictures_and_charts(run: Run, district: District) -> None:
    page = lxml.html.document_fromstring(written(run, district, "通报", "--all", "--format", "html").decode())
    assert len(page.xpath("//svg/rect")) >= 4
    book = load_workbook(io.BytesIO(written(run, district, "通报", "--all", "--format", "xlsx")))
    assert [len(sheet._charts) for sheet in book][:2] == [1, 1]


def test_pdf_is_a4_and_says_the_score(run: Run, district: District) -> None:
    reader = PdfReader(io.BytesIO(written(run, district, "自评表", "wj-02", "--format", "pdf")))
    card = run("score", "wj-02", "--as-of", DAY, "--store", district, "--json").document
    for page in reader.pages:
        assert sorted((round(page.mediabox.width), round(page.mediabox.height))) == [595, 842]
    text = "".join(page.extract_text() for page in reader.pages).replace(" ", "").replace("\n", "")
    assert f"自评得分：{card['total']['score']}" in text
    assert "截至：2017年9月20日" in text
    for indicator in card["indicators"]:
        assert f"{indicator['points']}分" in text
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("CJK-SC" in font for font in fonts), fonts


def test_without_the_extra_pdf_is_refused_clearly(
    run: Run, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PRESS", "tests.office.jobs:pressed_without_weasyprint")
    done = run("report", "自评表", "wj-02", "--format", "pdf", "--store", district)
    assert done.status == 1
    assert "taizhang[pdf]" in done.err
    assert list(Path().glob("*.pdf*")) == []


def test_one_for_each_unit(run: Run, district: District) -> None:
    done = run(
        "report", "自评表", "--all", "--as-of", DAY, "--format", "html", "--out", "新/夹", "--store", district
    )
    assert done.status == 0
    assert sorted(path.name for path in Path("新/夹").iterdir()) == [
        f"自评表-{unit}-{DAY}.html" for unit in UNITS
    ]
    early = run(
        "report", "letter", "--all", "--as-of", "2016-12-31", "--rubric", "wujin-2017", "--store", district, "--json"
    )  # fmt: skip
    assert early.document == {"files": [], "skipped": list(UNITS)}


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("无此报告", "wj-01"), 2, "bulletin"),
        (("study",), 2, "--all"),
        (("study", "wj-01", "--all"), 2, "--all"),
        (("study", "wj-01", "--format", "odt"), 2, "docx"),
        (("study", "wj-99"), 1, "wj-99"),
        (("study", "wj-01", "--templates", "无此夹"), 2, "无此夹"),
        (("signed", "wj-01"), 1, "签定"),
    ],
)
def test_what_cannot_be_written(
    run: Run, district: District, words: tuple[str, ...], status: int, told: str
) -> None:
    done = run("report", *words, "--as-of", DAY, "--store", district)
    assert done.status == status
    assert told in done.err
    assert list(Path().iterdir()) == []


def test_an_operator_s_own_templates_go_first(
    run: Run, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = run("report-templates", "模板", "--json").document["files"]
    assert {Path(file).name for file in files} >= {"base.html", "study.html", "study.docx", "bulletin.docx"}
    assert run("report-templates", "模板", "--json").document["files"] == []
    before = written(run, district, "study", "wj-01", "--format", "html")
    assert written(run, district, "study", "wj-01", "--format", "html", "--templates", "模板") == before
    page = Path("模板/study.html")
    page.write_text(page.read_text("utf-8").replace("党员集中学习学时统计表", "本区学时表"), "utf-8")
    document = Document("模板/study.docx")
    document.paragraphs[0].runs[0].text = "本区学时表：{{ report.name }}"
    document.save("模板/study.docx")
    monkeypatch.setenv("TAIZHANG_TEMPLATES", "模板")
    assert "本区学时表" in written(run, district, "study", "wj-01", "--format", "html").decode()
    own = Document(io.BytesIO(written(run, district, "study", "wj-01")))
    assert own.paragraphs[0].text.startswith("本区学时表：武进区")


def test_a_word_document_has_headings_and_numbered_pages(run: Run, district: District) -> None:
    document = Document(io.BytesIO(written(run, district, "ledger-book", "wj-01")))
    headings = [
        (each.style.name, each.text) for each in document.paragraphs if each.style.name.startswith("Head")
    ]
    assert ("Heading 1", "夯实党建基础") in headings
    assert sum(style == "Heading 2" for style, _text in headings) >= 28
    footer = document.sections[0].footer.paragraphs[0]
    fields = [each.text for each in footer._p.iter() if each.tag.endswith("instrText")]
    assert (fields, re.sub(r"\s", "", footer.text)) == (["PAGE", "NUMPAGES"], "第页共页")


def test_pages_of_a_pdf_say_which_and_of_how_many(run: Run, district: District) -> None:
    reader = PdfReader(io.BytesIO(written(run, district, "学时统计表", "wj-01", "--format", "pdf")))
    first = re.sub(r"\s", "", reader.pages[0].extract_text())
    assert f"第1页共{len(reader.pages)}页" in first


def test_rows_of_the_self_assessment_go_on_over_the_page(run: Run, district: District) -> None:
    document = Document(io.BytesIO(written(run, district, "自评表", "wj-01")))
    (table,) = document.tables
    whole = [bool(row._tr.xpath("./w:trPr/w:cantSplit")) for row in table.rows]
    assert whole[0]
    assert not any(whole[1:])


HOSTILE = "=cmd|' /C calc'!A0<script>alert(1)</script>{{ 7*7 }}{% for %}&amp;"


def test_texts_of_records_stay_texts(filled: Run) -> None:
    event = {
        "specversion": "1.0", "id": "x-1", "source": "urn:x", "type": "activity.held", "subject": "lh-01",
        "time": "2017-05-10", "data": {"kinds": ["moral_lecture_hall"], "topic": HOSTILE},
    }  # fmt: skip
    Path("x.jsonl").write_text(json.dumps(event), "utf-8")
    assert filled("import", "x.jsonl").status == 0
    store = "sqlite:///taizhang.db"
    html = written(filled, store, "台账", "lh-01", "--format", "html").decode()
    assert "<script>" not in html
    assert any(HOSTILE in cell for row in rows_of_html(html.encode()) for cell in row)
    assert any(
        HOSTILE in cell for row in rows_of_docx(written(filled, store, "台账", "lh-01")) for cell in row
    )
    book = load_workbook(io.BytesIO(written(filled, store, "台账", "lh-01", "--format", "xlsx")))
    cells = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if HOSTILE in str(cell.value)
    ]
    assert cells
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


def test_names_stand_for_ids_until_they_are_erased(filled: Run) -> None:
    store = "sqlite:///taizhang.db"
    filled("people", "set", "m1", "--unit", "lh-01", "--name", "王小芳")
    named = written(filled, store, "学时统计表", "lh-01", "--format", "html").decode()
    assert "王小芳" in named
    assert "m2" in named
    filled("people", "erase", "m1")
    assert "王小芳" not in written(filled, store, "学时统计表", "lh-01", "--format", "html").decode()


@pytest.mark.parametrize("form", READERS)
def test_the_signed_sheet_bears_its_checkpoint(filled: Run, form: str) -> None:
    store = "sqlite:///taizhang.db"
    card = filled("score", "lh-01", "--as-of", DAY, "--json").document
    indicators = [{"no": each["no"], "score": each["score"]} for each in card["indicators"]]
    data = {
        "for_year": 2017, "rubric": "wujin-2017", "rubric_version": 1, "as_of": DAY,
        "rubric_sha256": builtin()[0].sha256, "sequence": 10,
        "indicators": indicators, **{name: card["total"][name] for name in ("score", "floor", "ceiling", "bonus")},
    }  # fmt: skip
    event = {
        "specversion": "1.0", "id": "sign-1", "source": "urn:x", "type": "score.signed", "subject": "lh-01",
        "time": "2017-09-20T10:00:00+08:00", "data": data,
    }  # fmt: skip
    Path("s.jsonl").write_text(json.dumps(event), "utf-8")
    done = filled("import", "s.jsonl", "--by", "考核组")
    assert done.status == 0, done.err
    content = written(filled, store, "signed", "lh-01", "--format", form)
    checkpoint = filled("checkpoint", "--size", "10").out.strip()
    rows = READERS[form](content)
    found = {int(row[0]): row[3] for row in rows if row[0].isdigit() and len(row) >= 5}
    assert found == {each["no"]: each["score"] for each in card["indicators"]}
    text = {
        "html": lambda: lxml.html.document_fromstring(content.decode()).text_content(),
        "docx": lambda: "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs),
        "xlsx": lambda: "\n".join(cell for row in rows for cell in row),
    }[form]()
    for line in checkpoint.splitlines():
        assert line in text
    assert "考核组" in text
