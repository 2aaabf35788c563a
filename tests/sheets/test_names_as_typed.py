"""Names and ids are compared without regard to case and width, and told as they were typed."""

from __future__ import annotations

import pytest

from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.sheets.context import Context, Stranger
from taizhang.people.person import Directory, Person

PEOPLE = Directory(
    [Person("M-01A", "José García"), Person("m-2", "阿卜杜拉·买买提"), Person("m-3", "欧阳 晓梅")]
)


def member(word: str) -> str:
    context = Context.__new__(Context)
    object.__setattr__(context, "members", frozenset())
    return context.member(word, PEOPLE)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("josé garcía", "M-01A"),
        ("ＪＯＳÉ　ＧＡＲＣÍＡ", "M-01A"),
        ("M-01A", "M-01A"),
        ("José García（M-01A）", "M-01A"),
        ("谁（m-2）", "m-2"),
        ("阿卜杜拉•买买提", "m-2"),
        ("欧阳晓梅", "m-3"),
    ],
)
def test_case_and_width_do_not_matter(word: str, found: str) -> None:
    assert member(word) == found


def test_who_is_not_known_is_told_as_he_was_typed() -> None:
    with pytest.raises(Stranger) as stranger:
        member("Włodek")
    assert stranger.value.name == "Włodek"
    with pytest.raises(Unreadable, match="José García"):
        member("Jose Garcia")
