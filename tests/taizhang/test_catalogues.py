"""The catalogues hold every message of the code, and the English one says it with the same places."""

import re
import string

import pytest

from ledger.text import Text
from taizhang.language.catalogs import extract, forms, load, source
from taizhang.language.i18n import UnknownLanguage, _, catalogue_path, language_of, say, speaking, translator

EXTRACTED = extract()
FOUND = [source(message) for message in EXTRACTED if message.id]
CHINESE = re.compile("[\u4e00-\u9fff]")


def places(message: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name is not None}


def known_english() -> list[tuple[str, str]]:
    """Return every message with its translation; with each, where it has forms."""
    return [
        (source(message), said) for message in load("en") if message.id for said in forms(message) if said
    ]


def test_chinese_is_the_language_of_the_code_and_has_no_catalogue() -> None:
    assert not catalogue_path("zh_CN").exists()
    assert translator("zh_CN")("没有期限") == "没有期限"


def test_the_english_catalogue_is_complete() -> None:
    known = load("en")
    assert [
        m for m in FOUND if known.get(m) is None or not all(forms(known.get(m))) or known.get(m).fuzzy
    ] == []
    assert {source(message) for message in known if message.id} == set(FOUND), "run make messages"


def test_translations_keep_the_places() -> None:
    # A message with {{ or a lone brace is shown as it is; all others are filled.
    assert [m for m, said in known_english() if places(m) != places(said)] == []


def test_english_is_english() -> None:
    # But for the Chinese that is to be written in a sheet, which stands in quotation marks.
    assert [m for m, said in known_english() if CHINESE.search(re.sub("“[^”]*”", "", said))] == []


def test_texts_inside_texts_and_lists() -> None:
    text = Text("{first}；{second}", first=Text("没有期限"), second=["a", "b"])
    assert say(text) == "没有期限；a、b"
    with speaking("en"):
        assert say(text) == "no due date; a, b"
        assert _("逾期 {days} 天", days=3) == "3 days ago"
    assert translator("en")("") == ""


@pytest.mark.parametrize(
    ("name", "language"),
    [("zh-CN", "zh_CN"), ("zh_CN.UTF-8", "zh_CN"), ("zh-Hans", "zh_CN"), ("en", "en"), ("EN-gb", "en")],
)
def test_names_of_languages(name: str, language: str) -> None:
    assert language_of(name) == language


@pytest.mark.parametrize("name", ["", "fr", "english please", "../en"])
def test_languages_there_are_not(name: str) -> None:
    with pytest.raises(UnknownLanguage):
        language_of(name)


def test_a_lower_room_names_no_command_and_no_option() -> None:
    # Which command mends a fault is the door's to say (taizhang/cli/remedies.py); a reader of a page has none.
    spoken_by_a_door = re.compile(r"taizhang [a-z]|(?<![\w-])--[a-z]")
    lower = (
        "ledger/", "projections/", "reminders/", "rubric/",
        *(f"taizhang/{room}/" for room in ("accounts", "app", "backup", "entry", "evidence", "people", "proofs")),
    )  # fmt: skip
    assert {
        (path, message.id)
        for message in EXTRACTED
        for path, _line in message.locations
        if path.startswith(lower) and spoken_by_a_door.search(str(message.id))
    } == set()
