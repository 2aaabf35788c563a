"""The kept list is what the streams say, whenever it is asked for: after appends, other settings, a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from projections import review_rows
from projections.records import Records
from projections.review_items import Standards, standards
from projections.review_queue import lag_rows_of, renew, rows_of
from projections.review_rows import ReviewRow, Wanted
from tests.projections.adapter import Product, product_in
from tests.projections.histories import random_history

NOW = datetime(2018, 2, 9, 4, 0, tzinfo=UTC)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with product_in(tmp_path) as product:
        yield product


def event(event_id: str, type_: str, subject: str, day: str, /, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/tests",
        "type": type_,
        "subject": subject,
        "time": day,
        "data": data,
    }


def unit(name: str, kind: str = "branch") -> dict[str, Any]:
    return event(f"unit-{name}", "organization.registered", name, "2016-01-01", name=f"{name}支部", kind=kind)


def honor(event_id: str, subject: str, day: str = "2018-02-01") -> dict[str, Any]:
    return event(event_id, "honor.received", subject, day, honor="role_model", level="city", title="典型")


def wanted(product: Product, late_days: int = 15) -> Standards:
    return standards(product.session.shelf, late_days)


def listed(product: Product, asked: Wanted, late_days: int = 15, **page: Any) -> list[str]:
    store = product.session.store
    renew(store, wanted(product, late_days))
    with store.read() as work:
        rows = review_rows.page(work.connection, asked, **{"first": 0, "most": 50} | page)
    return [row.record for row, _name, _kind in rows]


def kept(product: Product) -> dict[str, list[ReviewRow]]:
    with product.session.store.read() as work:
        rows = review_rows.page(work.connection, Wanted(), first=0, most=100_000)
    units: dict[str, list[ReviewRow]] = {}
    for row, _name, _kind in rows:
        units.setdefault(row.unit, []).append(row)
    return units


@pytest.mark.parametrize("seed", range(4))
def test_kept_rows_are_what_the_stream_says(product: Product, seed: int) -> None:
    store = product.session.store
    for number, (now, events) in enumerate(random_history(seed).appends):
        product.append(now, events)
        if number % 7 == 0:
            renew(store, wanted(product))
    assert renew(store, wanted(product)) in (0, 1)
    assert renew(store, wanted(product)) == 0
    (name,) = store.units()
    records = Records(name, store.stream(name))
    expected = sorted(rows_of(records, wanted(product)), key=lambda row: (row.sequence, row.matter))
    assert kept(product).get(name, []) == expected
    with store.read() as work:
        years = review_rows.lag_years(work.connection)
        lags = [
            row for year in years for row, _name in review_rows.lags(work.connection, year, first=0, most=9)
        ]
    assert sorted(lags, key=lambda row: row.year) == [
        row for row in lag_rows_of(records, wanted(product)) if row.entries
    ]


def test_only_what_changed_is_gone_through_again(product: Product) -> None:
    store = product.session.store
    product.append(NOW - timedelta(days=100), [unit("wj-01"), unit("wj-02"), unit("wj-03")])
    assert renew(store, wanted(product)) == 3
    product.append(NOW, [honor("h1", "wj-02")])
    assert renew(store, wanted(product)) == 1
    assert listed(product, Wanted("claim")) == ["h1"]
    assert renew(store, wanted(product, 3)) == 3, "another setting makes all of it anew"
    assert listed(product, Wanted("late"), 3) == ["h1"]
    assert listed(product, Wanted("late"), 30) == []


def test_rebuild_throws_away_what_was_kept(product: Product) -> None:
    session = product.session
    product.append(NOW, [unit("wj-01"), honor("h1", "wj-01")])
    assert listed(product, Wanted("claim")) == ["h1"]
    with session.store.write() as work:
        work.connection.execute("UPDATE review_rows SET record = 'other'")
    assert listed(product, Wanted("claim")) == ["other"]
    session.projections.rebuild(session.store, date(2018, 2, 9))
    assert listed(product, Wanted("claim")) == ["h1"]


def test_filters_pages_and_counts(product: Product) -> None:
    product.append(NOW, [unit("wj-01"), unit("wj-02", "committee")])
    product.append(NOW, [honor(f"h{number}", "wj-01") for number in range(1, 5)] + [honor("g1", "wj-02")])
    assert listed(product, Wanted("claim")) == ["h1", "h2", "h3", "h4", "g1"]
    assert listed(product, Wanted("claim"), first=1, most=2) == ["h2", "h3"]
    assert listed(product, Wanted("claim"), newest_first=True)[0] == "g1"
    assert listed(product, Wanted("claim", kind="committee")) == ["g1"]
    assert listed(product, Wanted("claim", unit="wj-01支")) == ["h1", "h2", "h3", "h4"]
    assert listed(product, Wanted("claim", unit="wj-02")) == ["g1"]
    assert listed(product, Wanted("claim", unit="%")) == []
    assert listed(product, Wanted("claim", type="publication.made")) == []
    with product.session.store.read() as work:
        assert review_rows.counts(work.connection, Wanted()) == {"claim": 5, "double": 3}


def test_an_assessors_own_word_needs_no_second_look(product: Product) -> None:
    product.append(
        NOW, [unit("wj-01"), event("c", "organization.changed", "wj-01", "2018-01-02", has_groups=False)]
    )
    assert listed(product, Wanted("declared")) == ["c"]
    assert listed(product, Wanted("declared", trusted=("li", "secretary"))) == []
    assert listed(product, Wanted("declared", trusted=("li",))) == ["c"]


def test_evidence_stands_with_its_record(product: Product) -> None:
    paper = {"sha256": "0" * 64, "media_type": "image/png", "bytes": 3, "filename": "证书.png"}
    product.append(NOW, [unit("wj-01"), honor("h1", "wj-01"), honor("h2", "wj-01", "2018-01-30")])
    product.append(
        NOW,
        [event(f"a{n}", "evidence.attached", "wj-01", "2018-02-02", record="h1", **paper) for n in (1, 2)],
    )
    product.append(NOW, [event("r", "record.retracted", "wj-01", "2018-02-03", record="a1", reason="传错")])
    renew(product.session.store, wanted(product))
    (first, second) = kept(product)["wj-01"]
    assert first.record == "h1"
    assert '"a2"' in first.evidence
    assert '"a1"' not in first.evidence
    assert second.evidence == "[]"


def activity(event_id: str, subject: str, *kinds: str, day: str = "2017-09-18") -> dict[str, Any]:
    return event(event_id, "activity.held", subject, day, kinds=list(kinds), topic="学习")


def test_a_record_that_may_double_two_others_is_listed_once(product: Product) -> None:
    """One gathering ticked as two duties beside one record for each of them (three ordinary activities)."""
    product.append(
        NOW,
        [
            unit("wj-01"),
            activity("a", "wj-01", "party_lecture"),
            activity("b", "wj-01", "study_session"),
            activity("c", "wj-01", "party_lecture", "study_session"),
        ],
    )
    assert listed(product, Wanted(matter="double")) == ["c"]


def test_a_unit_whose_list_cannot_be_made_keeps_nobody_from_the_others(
    product: Product, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    product.append(NOW, [unit("wj-01"), unit("wj-02"), unit("wj-03")])
    product.append(NOW, [honor("h1", "wj-01"), honor("h2", "wj-02"), honor("h3", "wj-03")])

    def rows_but_for_one(records: Records, standards: Standards) -> list[ReviewRow]:
        if records.unit == "wj-02":
            raise ZeroDivisionError
        return rows_of(records, standards)

    monkeypatch.setattr("projections.review_queue.rows_of", rows_but_for_one)
    assert listed(product, Wanted(matter="claim")) == ["h1", "h3"]
    assert listed(product, Wanted(matter="claim")) == ["h1", "h3"]
    assert failed(product) == ["wj-02"]
    assert [record.message for record in caplog.records] == [
        "the review list of unit wj-02 could not be made at sequence 5"
    ], "told once, not at every look"

    monkeypatch.undo()
    assert listed(product, Wanted(matter="claim")) == ["h1", "h2", "h3"], "mended at the next look"
    assert failed(product) == []


def test_rows_that_the_store_refuses_are_their_units_own_failure(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.append(NOW, [unit("wj-01"), unit("wj-02"), honor("h1", "wj-01"), honor("h2", "wj-02")])

    def doubled(records: Records, standards: Standards) -> list[ReviewRow]:
        return rows_of(records, standards) * (2 if records.unit == "wj-01" else 1)

    monkeypatch.setattr("projections.review_queue.rows_of", doubled)
    assert listed(product, Wanted(matter="claim")) == ["h2"]
    assert failed(product) == ["wj-01"]


def failed(product: Product) -> list[str]:
    with product.session.store.read() as work:
        return [unit for unit, _name in review_rows.failed(work.connection)]
