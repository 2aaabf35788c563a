"""Which reports there are, for whom each is, and how its data are fetched: each from one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from ledger.store.protocol import Transaction
from ledger.text import Text
from projections.signing import signed
from taizhang.app.errors import FileRefused
from taizhang.app.judged_year import judged_rubric
from taizhang.app.ledger import OpenLedger
from taizhang.documents.reports.bulletin import before_of, bulletin, quarter_before
from taizhang.documents.reports.ledger_book import ledger_book
from taizhang.documents.reports.letter import letter
from taizhang.documents.reports.material import UnitMaterial, unit_material
from taizhang.documents.reports.result_table import ResultTable, YearBulletin, result_table, year_bulletin
from taizhang.documents.reports.self_assessment import self_assessment
from taizhang.documents.reports.signed import SignedSheet, signed_sheet
from taizhang.documents.reports.study import study_table
from taizhang.documents.tasks import tasks_of
from taizhang.language.i18n import N_, current

Build = Callable[[OpenLedger, Transaction, UnitMaterial], Any]


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One kind of report: `build` makes that of one unit, `build_district` that of the whole district."""

    key: str
    title: str
    build: Build | None = None
    says_nothing: Callable[[Any], bool] = lambda _report: False
    """Whether a report made for all units would have nothing to say to this one."""
    after: Callable[[OpenLedger, Any], Any] = lambda _session, report: report
    """What is left to do when the reading transaction is over."""
    build_district: Callable[[OpenLedger, date, str | None], Any] | None = None
    template: str = ""
    """Whose template it is filled into, where that is another kind's."""


def _study(session: OpenLedger, _work: Transaction, material: UnitMaterial) -> Any:
    found = session.projections.members(session.store, material.unit, material.day, material.rubric.id)
    return study_table(material, found.as_json(current())["members"])


def _letter(session: OpenLedger, work: Transaction, material: UnitMaterial) -> Any:
    cards = session.projections.cards(work, material.unit, material.day)
    grace_days = session.settings.grace_days  # the district writes it
    return letter(
        material,
        tasks_of(cards, current(), material.names, grace_days=grace_days),
        [card.rubric for card in cards],
    )


def _signed(session: OpenLedger, _work: Transaction, material: UnitMaterial) -> Any:
    records = session.projections.records(session.store, material.unit)
    signing = signed(records, material.rubric.year, material.day, material.rubric)
    if signing is None:
        raise FileRefused(
            Text(
                "到 {day} 为止，{unit} {year} 年度的得分还没有签定",
                day=material.day,
                unit=material.unit,
                year=material.rubric.year,
            )
        )
    return signed_sheet(material, signing)


def _with_checkpoint(session: OpenLedger, sheet: SignedSheet) -> SignedSheet:
    """Put the signed note over the events that the figures rest on into *sheet*; making it may write."""
    return replace(sheet, checkpoint=str(session.log.checkpoint(sheet.sequence)).strip())


def _bulletin(session: OpenLedger, day: date, rubric_id: str | None) -> Any:
    rubric = session.shelf.for_day(day, rubric_id)
    translate = current()
    with session.store.read():
        board = session.projections.board(session.store, day, rubric_id).as_json(translate)["units"]
        found = session.projections.shortfalls(session.store, None, day, None, rubric.id).as_json(translate)
    last = quarter_before(day)
    before = before_of(session.year_table(rubric, last), last) if last >= rubric.opens_on else None
    return bulletin(
        board,
        found["shortfalls"],
        rubric,
        day=day,
        printed_on=session.clock.today(),
        district=session.settings.district,
        grace_days=session.settings.grace_days,
        before=before,
        grades=[each.grade for each in session.year_table(rubric, day)] if rubric.grades else (),
    )


def _results(session: OpenLedger, day: date, rubric_id: str | None, *, signed: bool) -> ResultTable:
    """The table of the year that is judged on *day*, or of the rubric named."""
    rubric = session.shelf.for_day(day, rubric_id) if rubric_id else judged_rubric(session.shelf, day)
    return result_table(
        session.year_table(rubric, day),
        rubric,
        signed=signed,
        two_signatures=session.settings.second_signature,
        ranked=session.settings.ranking,
        day=day,
        printed_on=session.clock.today(),
        district=session.settings.district,
    )


def _year_bulletin(session: OpenLedger, day: date, rubric_id: str | None) -> YearBulletin:
    rubric = session.shelf.for_day(day, rubric_id) if rubric_id else judged_rubric(session.shelf, day)
    made = year_bulletin(_results(session, day, rubric.id, signed=True), rubric.grades)
    if not made.lines:
        raise FileRefused(
            Text(
                "{year} 年度还没有公示期满、已定的结果；先签字、公示，期满之后再发通报", year=made.table.year
            )
        )
    return made


KINDS: dict[str, ReportKind] = {
    kind.key: kind
    for kind in (
        ReportKind(
            "self-assessment", N_("自评表"), lambda _session, _work, material: self_assessment(material)
        ),
        ReportKind("ledger-book", N_("台账"), lambda _session, _work, material: ledger_book(material)),
        ReportKind("study", N_("学时统计表"), _study),
        ReportKind("letter", N_("季度提醒函"), _letter, lambda report: report.count == 0),
        ReportKind("signed", N_("签定得分表"), _signed, after=_with_checkpoint),
        ReportKind("bulletin", N_("通报"), build_district=_bulletin),
        ReportKind("results", N_("汇总表"), build_district=partial(_results, signed=True)),
        ReportKind(
            "results-advice",
            N_("汇总表（参考）"),
            build_district=partial(_results, signed=False),
            template="results",
        ),
        ReportKind("year-bulletin", N_("年度通报"), build_district=_year_bulletin),
    )
}
FORMATS = ("docx", "xlsx", "html", "pdf")


def unit_report(
    session: OpenLedger, kind: ReportKind, unit: str, day: date, rubric_id: str | None = None
) -> Any:
    """Return the data of a unit's report. Raises NotScored and FileRefused."""
    assert kind.build is not None, "that report is the district's"
    with session.store.read() as work:
        report = kind.build(session, work, unit_material(session, work, unit, day, rubric_id))
    return kind.after(session, report)


def district_report(session: OpenLedger, kind: ReportKind, day: date, rubric_id: str | None = None) -> Any:
    """Return the data of a report of the whole district. Raises NotScored and FileRefused."""
    assert kind.build_district is not None, "that report is a unit's"
    return kind.build_district(session, day, rubric_id)
