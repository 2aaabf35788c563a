"""Installing a rubric into a ledger file: kept to the letter, never replaced."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest

from rubric import installed
from rubric.mistake import RubricRefused

from .files import BUILTIN, SMALL, changed


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for migration in installed.MIGRATIONS:
        migration(connection)
    yield connection
    connection.close()


def test_a_rubric_is_kept_to_the_letter_and_found(connection: sqlite3.Connection) -> None:
    assert installed.install(connection, SMALL.encode()).label == "binhai-2019@1"
    assert installed.installed(connection) == [SMALL]
    shelf = installed.shelf(connection)
    assert [rubric.id for rubric in shelf.all] == ["wujin-2017", "wujin-2017", "binhai-2019"]
    assert shelf.for_day(date(2019, 1, 1)).id == "binhai-2019"


def test_the_same_text_again_changes_nothing(connection: sqlite3.Connection) -> None:
    for _ in range(2):
        installed.install(connection, SMALL)
        installed.install(connection, "\ufeff" + SMALL)
        installed.install(connection, BUILTIN)
    assert installed.installed(connection) == [SMALL]


@pytest.mark.parametrize("text", [SMALL, BUILTIN], ids=["installed", "builtin"])
def test_another_text_needs_a_higher_version(connection: sqlite3.Connection, text: str) -> None:
    installed.install(connection, text)
    rows = installed.installed(connection)
    with pytest.raises(RubricRefused) as caught:
        installed.install(connection, text + "# 改\n", "细则.yaml")
    (mistake,) = caught.value.mistakes
    assert mistake.key == "version"
    assert f"请把 version 改成 {3 if text is BUILTIN else 2}" in str(mistake)
    assert caught.value.name == "细则.yaml"
    assert installed.installed(connection) == rows


def test_a_higher_version_stands_beside_the_old_one(connection: sqlite3.Connection) -> None:
    installed.install(connection, SMALL)
    installed.install(connection, changed("year: 2019\n", "year: 2019\nversion: 2\n"))
    assert len(installed.installed(connection)) == 2
    assert installed.shelf(connection).get("binhai-2019").version == 2


def test_an_id_stays_with_its_year(connection: sqlite3.Connection) -> None:
    installed.install(connection, SMALL)
    moved = (
        SMALL.replace("2019", "2018")
        .replace("2020-02-29", "2019-02-28")
        .replace("binhai-2018", "binhai-2019")
    )
    with pytest.raises(RubricRefused) as caught:
        installed.install(connection, moved.replace("year: 2018\n", "year: 2018\nversion: 2\n"))
    assert [mistake.key for mistake in caught.value.mistakes] == ["id"]
    assert caught.value.mistakes[0].line == 4


def test_a_faulty_rubric_is_not_installed(connection: sqlite3.Connection) -> None:
    with pytest.raises(RubricRefused):
        installed.install(connection, changed("points: 12", "points: 13"))
    assert installed.installed(connection) == []


def test_a_second_file_of_a_year_takes_over_only_when_it_says_so(connection: sqlite3.Connection) -> None:
    second = SMALL.replace("binhai-2019", "xicheng-2019")
    installed.install(connection, SMALL)
    for replaces in (None, "wujin-2017", "xicheng-2019"):
        with pytest.raises(RubricRefused, match="--replaces binhai-2019"):
            installed.install(connection, second, replaces=replaces)
    assert installed.shelf(connection).for_day(date(2019, 1, 1)).id == "binhai-2019"
    installed.install(connection, second, replaces="binhai-2019")
    assert installed.shelf(connection).for_day(date(2019, 1, 1)).id == "xicheng-2019"
    # Nor does a later version of the one that was replaced take the year back.
    later = changed("year: 2019\n", "year: 2019\nversion: 2\n")
    with pytest.raises(RubricRefused, match="--replaces xicheng-2019"):
        installed.install(connection, later)
    assert installed.install(connection, later, replaces="xicheng-2019").version == 2


def test_what_is_replaced_is_there(connection: sqlite3.Connection) -> None:
    with pytest.raises(RubricRefused, match="nanjing-2019"):
        installed.install(connection, SMALL, replaces="nanjing-2019")
    assert installed.installed(connection) == []
