"""Against another office program: workbooks that LibreOffice wrote are read, reports are laid out by it."""

import io
import subprocess
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill
from pypdf import PdfReader

from taizhang.cli import main
from taizhang.entry.sheets import Context, Known, Plan, plan, read_grids
from taizhang.entry.workbooks.read import read_workbook
from tests.sheets.conftest import context

from .conftest import District, Run

__all__ = ["context"]

DAY = "2017-09-20"
KINDS = ("self-assessment", "ledger-book", "study", "letter")


def convert(files: Iterable[Path], form: str, folder: Path) -> None:
    """Let one LibreOffice turn all *files* into *form*."""
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form,
            "--outdir", str(folder), *map(str, files),
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip


def school_workbook(path: Path) -> None:
    """A school's own workbook with the cell formats of the field."""
    book = Workbook()
    sheet = book.active
    sheet.title = "组织生活"
    sheet["A1"] = "2017年度组织生活台账"
    sheet.merge_cells("A1:F1")
    sheet.append(["序号", "活动时间", "活动类型", "活动内容", "参加人员", "学时"])
    rows = [
        [1, "2017年3月5日", "党员大会", "甲", "全体", "２"],
        [2, "2017.4.6", "党课", "乙", "王芳、李娜", 1.5],
        [3, "5月7日", "主题党日", "丙", None, None],
        [4, date(2017, 6, 8), "党小组会", "丁", None, None],
        [5, 42925, "支委会", "戊", None, None],
        [6, datetime(2017, 8, 10, 15, 30), "集中学习", "己", "王芳", "90分钟"],  # noqa: DTZ001
        [None, None, None, None, None, None],
        [7, "二〇一七年九月十一日", "志愿活动", "庚", None, None],
        [8, None, "道德讲堂", "辛", None, None],
    ]
    for row in rows:
        sheet.append(row)
    sheet["B6"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["B8"].number_format = "yyyy/m/d h:mm"
    sheet.merge_cells("B10:B11")
    sheet["A12"] = "制表人：某某"
    for place in range(13, 400):
        sheet.cell(place, 1).fill = PatternFill("solid", fgColor="FFEEEEEE")
    book.save(path)


def read(path: Path, context: Context) -> Plan:
    sheets, _people = read_grids(read_workbook(path.read_bytes()).grids, context)
    return plan(sheets, Known(), "lh-01", date(2017, 12, 20))


def test_workbooks_that_libreoffice_wrote(tmp_path: Path, context: Context) -> None:
    source = tmp_path / "school.xlsx"
    school_workbook(source)
    for form, filtered in (("xls", "xls"), ("ods", "ods"), ("xlsx", "xlsx:Calc MS Excel 2007 XML")):
        convert([source], filtered, tmp_path / form)
    (tmp_path / "school.et").write_bytes((tmp_path / "xls" / "school.xls").read_bytes())
    first = read(source, context)
    assert first.problems == []
    assert [event["time"][:16] for event in first.new_events()] == [
        "2017-03-05T00:00", "2017-04-06T00:00", "2017-05-07T00:00", "2017-06-08T00:00", "2017-07-09T00:00",
        "2017-08-10T15:30", "2017-09-11T00:00", "2017-09-11T00:00",
    ]  # fmt: skip
    assert [event["data"].get("study_hours") for event in first.new_events()][:6] == [
        "2",
        "1.5",
        None,
        None,
        None,
        "1.5",
    ]
    for path in (
        tmp_path / "xls" / "school.xls",
        tmp_path / "school.et",
        tmp_path / "xlsx" / "school.xlsx",
        tmp_path / "ods" / "school.ods",
    ):
        assert read(path, context).new_events() == first.new_events(), path


@pytest.fixture(scope="module")
def laid_out(district: District, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every report as PDF by LibreOffice: from Word in one run, from Excel in another."""
    folder = tmp_path_factory.mktemp("reports")
    for form in ("docx", "xlsx"):
        for kind, whom in (*((kind, "wj-01") for kind in KINDS), ("bulletin", "--all")):
            words = ("report", kind, whom, "--as-of", DAY, "--format", form, "--out", str(folder / form))
            assert main([*words, "--store", district, "--json"]) == 0
        convert(sorted((folder / form).glob(f"*.{form}")), "pdf", folder / form)
    return folder


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_reports_fit_on_a4_in_chinese_fonts(laid_out: Path, form: str) -> None:
    files = sorted((laid_out / form).glob("*.pdf"))
    assert len(files) == len(KINDS) + 1
    for path in files:
        reader = PdfReader(io.BytesIO(path.read_bytes()))
        for page in reader.pages:
            width, height = float(page.mediabox.width), float(page.mediabox.height)
            assert sorted((round(width), round(height))) == [595, 842], path.name
            assert _outside(page, width) == [], path.name
        fonts = {str(font) for page in reader.pages for font in _fonts(page)}
        assert any("CJK" in font for font in fonts), fonts


def _outside(page, width: float) -> list[str]:
    """Text that begins left of the paper or right of it."""
    found: list[str] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], _font: object, _size: float) -> None:
        x = matrix[0] * text_matrix[4] + matrix[4]
        if text.strip() and not 10 <= x <= width - 10:
            found.append(text)

    page.extract_text(visitor_text=visit)
    return found


def _fonts(page) -> list[str]:
    fonts = page["/Resources"].get("/Font", {})
    return [font.get_object()["/BaseFont"] for font in fonts.get_object().values()]


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_the_figures_are_on_the_paper(run: Run, district: District, laid_out: Path, form: str) -> None:
    (path,) = (laid_out / form).glob("自评表*.pdf")
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(path).pages)
    card = run("score", "wj-01", "--as-of", DAY, "--store", district, "--json").document
    assert f"自评得分：{card['total']['score']}" in text
    assert f"加分{card['total']['bonus']}（申报{card['total']['claimed']}）" in text
    (path,) = (laid_out / form).glob("台账*.pdf")
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(path).pages)
    for indicator in card["indicators"]:
        assert indicator["title"].replace(" ", "")[:12] in text
