"""Make the corpus anew: ``python -m tests.office.corpus.make``. The files are committed: no test needs the programs.

meetings.xlsx               openpyxl: a title, a 填报单位 line, the header in row 3, a merged day, a total, a foot
meetings.ods, meetings.xls  the same, saved by LibreOffice
wps.xlsx                    as WPS writes: no dimension, no addresses, styles of its own, a header of two rows
branch.docx                 python-docx: a roster with posts, then a table of meetings with a cell over two rows
branch-libreoffice.docx     the same, saved by LibreOffice
"""

import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

HERE = Path(__file__).parent
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def meetings() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "三会一课"
    rows = [
        ["柳河小学党总支2017年三会一课台账"],
        ["填报单位：柳河小学党总支", None, None, None, None, "填报时间：2017年12月"],
        ["序号", "活动时间", "活动类型", "活动内容", "参加人员", "学时"],
        [1, date(2017, 3, 5), "党员大会、党课", "学习讲话精神", "全体党员（李娜请假）", 2],
        [2, "3.25", "支委会", "讨论发展对象", "王芳书记、李娜", None],
        [3, "6/15", "主题党日", "走访社区", "全体", "半小时"],
        [4, None, "志愿服务", "清扫街道", "王芳", 1.5],
        [5, "二〇一七年九月五日", "党课", "学党章", "应到4人，实到3人，李娜请假", "2课时（90分钟）"],
        ["合计", None, None, None, None, 6.5],
        ["审核人：", None, None, "填表人：王芳"],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("B6:B7")
    sheet["B4"].number_format = 'yyyy"年"m"月"d"日"'
    thin = Side("thin")
    for line in sheet["A3:F10"]:
        for cell in line:
            cell.border = Border(thin, thin, thin, thin)
            cell.alignment = Alignment(wrap_text=True)
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFDDDDDD")
    book.properties.created = book.properties.modified = datetime(2017, 12, 20)  # noqa: DTZ001
    book.save(HERE / "meetings.xlsx")


def branch() -> None:
    document = Document()
    document.add_heading("柳河小学党总支党员花名册", 1)
    roster = [
        ["序号", "姓名", "党内职务", "出生年月"],
        ["1", "王芳", "党支部书记", "1975.3"],
        ["2", "陈静", "组织委员", "1980年5月6日"],
        ["3", "赵敏", "党员", ""],
    ]
    _table(document, roster)
    document.add_paragraph("")
    document.add_paragraph("2017年活动记录")
    held = [
        ["时间", "类型", "主题", "学时", "参加人员"],
        ["3月5日", "党课", "学习", "2", "王芳、陈静"],
        ["", "党员大会", "选举", "", "全体"],
        ["4月6日上午", "主题党日", "植树", "两小时", "除赵敏外全体"],
    ]
    table = _table(document, held)
    table.cell(1, 0).merge(table.cell(2, 0))
    document.core_properties.created = document.core_properties.modified = datetime(2017, 12, 20)  # noqa: DTZ001
    document.save(str(HERE / "branch.docx"))


def _table(document, rows):  # type: ignore[no-untyped-def]
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table


def wps() -> None:
    """Days are numbers in a format of its own; the header has two rows; no row or cell says where it stands."""
    strings = [
        "日期",
        "活动情况",
        "参加人员",
        "学时",
        "类型",
        "主题",
        "党课",
        "学习",
        "全体",
        "支部委员会会议",
        "议事",
    ]
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="176"'
        ' formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>'
        '<fonts count="1"><font><sz val="12"/><name val="宋体"/><charset val="134"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="176" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    rows = [
        "".join(map(_shared, (0, 1, -1, 2, 3))), "".join(map(_shared, (-1, 4, 5, -1, -1))),
        '<c s="1"><v>42799</v></c>' + "".join(map(_shared, (6, 7, 8))) + "<c><v>2</v></c>",
        '<c s="1"><v>42861.583333</v></c>' + "".join(map(_shared, (9, 10, -1))) + "<c/>",
    ]  # fmt: skip
    sheet = "".join(f"<row>{row}</row>" for row in rows)
    kinds = (
        ("worksheet", "worksheets/sheet1.xml"),
        ("styles", "styles.xml"),
        ("sharedStrings", "sharedStrings.xml"),
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, 1)
    )
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/{target}" ContentType="{office}.{kind}+xml"/>'
        for kind, target in (("sheet.main", "workbook.xml"), *kinds)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/><sheets>'
        '<sheet name="2017活动" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": "".join(
            [f'<sst xmlns="{MAIN}">', *(f"<si><t>{each}</t></si>" for each in strings), "</sst>"]
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>'
        '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:D2"/>'
        '<mergeCell ref="E1:E2"/></mergeCells></worksheet>',
    }
    with zipfile.ZipFile(HERE / "wps.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)


def _shared(place: int) -> str:
    return f'<c t="s"><v>{place}</v></c>' if place >= 0 else "<c/>"


def by_libreoffice(source: str, form: str, name: str) -> None:
    folder = HERE / "made"
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form,
            "--outdir", str(folder), str(HERE / source),
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    (folder / f"{Path(source).stem}.{form}").rename(HERE / name)


if __name__ == "__main__":
    meetings()
    branch()
    wps()
    by_libreoffice("meetings.xlsx", "ods", "meetings.ods")
    by_libreoffice("meetings.xlsx", "xls", "meetings.xls")
    by_libreoffice("branch.docx", "docx", "branch-libreoffice.docx")
