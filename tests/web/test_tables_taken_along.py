"""Every page that shows a table gives it as xlsx and csv: tried on all pages, with what stands in them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from taizhang.documents.page_tables import tables_of

from .site import ASSESSOR, AUDITOR, OPERATOR, SECRETARY, Site
from .test_permissions import routes

WITHOUT = {
    "/audit/export.jsonl", "/audit/export.xlsx", "/audit/backdating.xlsx", "/changes", "/metrics",
    "/account/second", "/welcome/{token}",
}  # fmt: skip
"""Addresses that answer with a file or a stream, or lead away."""
VALUES = {
    "unit": "wj-01", "name": "assessor-1", "rubric_id": "wujin-2017", "year": "2017", "kind": "bulletin",
    "form": "html", "what": "request", "key": "none", "record": "none", "sequence": "1",
}  # fmt: skip


def addresses(site: Site) -> list[str]:
    """Return the address of every page, filled in for a unit."""
    found = []
    for method, path, door in routes(site):
        if (
            method != "GET"
            or door is None
            or path in WITHOUT
            or path.startswith(("/api/", "/tlog/", "/reports/"))
        ):
            continue
        if path.endswith((".zip", ".txt", ".csv", ".xlsx", ".ics", ".yaml")) or "/reports/" in path:
            continue
        found.append(re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: VALUES.get(part[1], "none"), path))
    return sorted(set(found))


@pytest.mark.parametrize("name", [ASSESSOR, AUDITOR, SECRETARY, OPERATOR])
def test_tables_of_every_page_are_files(shared_site: Site, name: str) -> None:
    tried = 0
    with shared_site.visitor(name) as client:
        for address in addresses(shared_site):
            page = client.get(address)
            if page.status_code != 200 or not page.headers["content-type"].startswith("text/html"):
                continue
            tables = tables_of(page.text)
            if not tables:
                continue
            tried += 1
            assert "table=xlsx" in page.text, f"{address} shows a table and does not offer it"
            rows = list(
                csv.reader(io.StringIO(client.get(f"{address}?table=csv").content.decode("utf-8-sig")))
            )
            there = {cell.lstrip("'") for row in rows for cell in row}
            said = {cell for table in tables for row in table.rows for cell in row if cell}
            # What changes by itself between two looks (a form's id, a countdown) is not in a table.
            assert len(said - there) <= len(said) // 20, (address, sorted(said - there)[:5])
            book = load_workbook(io.BytesIO(client.get(f"{address}?table=xlsx").content))
            assert len(book.sheetnames) == len(tables), address
            assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    least = {ASSESSOR: 12, AUDITOR: 5, SECRETARY: 1, OPERATOR: 4}
    assert tried >= least[name], tried
