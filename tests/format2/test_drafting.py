"""For whoever writes a rubric: samples, the next version, next year's, what changed, last year's ledger under it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from ledger.store.protocol import Recorder
from projections.examples import events_of, run_examples
from rubric.catalog import RubricCatalog
from rubric.compare import changes
from rubric.derive import derive, revised
from rubric.format2.rubric2 import Rubric2
from rubric.load import parse
from rubric.mistake import NoRubric
from rubric.samples import sample, sample_names
from taizhang.app.ledger import vocabulary_of
from taizhang.documents.rubric_try import tried
from taizhang.startup.open_ledger import open_ledger


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_is_sound_and_so_is_its_next_year(name: str) -> None:
    text = sample(name)
    later = parse(derive(text, 2028), drafts=True)
    assert isinstance(later, Rubric2)
    assert (later.year, later.opens_on.year) == (2028, 2028)
    # The days of the examples move with the file, so that they still come to what they say.
    assert run_examples(later, vocabulary_of(RubricCatalog([later]))) == []


def test_samples_are_named() -> None:
    assert sample_names()[0] == "starter"
    with pytest.raises(NoRubric, match="starter"):
        sample("nothing")


def test_the_next_version_is_the_same_text() -> None:
    text = sample("starter")
    assert revised(text) == text.replace("version: 1 ", "version: 2 ", 1)
    without = sample("village")
    assert parse(revised(without)).version == 2


def test_what_changed_is_said_clause_by_clause() -> None:
    before = sample("starter")
    rule = "{{periods: month, needs: [{{activity: theme_day}}], lose: {{each: {points}}}}}"
    after = before.replace(rule.format(points=1), rule.format(points=2))
    after = after.replace("closes_on: 2028-01-31", "closes_on: 2028-02-15").replace(
        "points: 8\n", "points: 6\n"
    )
    said = [
        (each.about, each.message.format(**dict(each.values)))
        for each in changes(parse(before), parse(after))
    ]
    assert said == [
        ("", "关账日：原来 2028-01-31，现在 2028-02-15"),
        ("2", "“党课”原来 8 分，现在 6 分"),
        (
            "1.1",
            f"原来 {rule.format(points=1)}，现在 {rule.format(points=2)}",
        ),
    ]
    assert changes(parse(before), parse(before)) == []


def test_last_years_ledger_under_a_draft(tmp_path: Path) -> None:
    content = sample("starter").encode()
    rubric = parse(content)
    assert isinstance(rubric, Rubric2)
    with open_ledger(f"sqlite:///{tmp_path}/t.db", durable=False, new=True) as session:
        events = [event for event in events_of(rubric, rubric.examples[0]) if "theme_day" not in str(event)]
        lines = [(None, orjson.dumps(event)) for event in events]
        session.store.append(
            lines, by=Recorder("t", clock_is_right=True), now=datetime(2026, 5, 1, tzinfo=UTC)
        )
        found = tried(session.store, content, "starter.yaml", 2026)
    # Nothing was recorded: 12 months, 4 quarters, 2 documents and the figure are lost.
    assert (found.year, found.scores, found.idle.score) == (2026, {"example": 1000}, 1000)
    assert found.never_lost == ["5.1", "5.2"]
