"""One record's life: history, correct, retract."""

from pathlib import Path

from .conftest import Run


def test_set_changes_one_field_and_keeps_the_rest(filled: Run) -> None:
    done = filled(
        "correct", "lh-0009", "--reason", "漏记", "--set", "study_hours=4.5", "--by", "office", "--json"
    )
    assert (done.document["appended"], done.document["skipped"]) == (1, 0)
    found = filled("history", "lh-0009", "--json").document
    assert found["record"]["data"]["study_hours"] == "3"
    assert found["current"]["data"] == found["record"]["data"] | {"study_hours": "4.5"}
    assert [event["id"] for event in found["corrections"]] == [done.document["id"]]
    assert found["corrections"][0]["authid"] == "office"
    hours = filled("members", "lh-01", "--as-of", "2017-06-20", "--json").document["members"][0]["hours"]
    assert hours == "6.5"


def test_corrections_build_on_the_last_one(filled: Run) -> None:
    filled("correct", "lh-0009", "--reason", "a", "--set", "topic=一", "--set", 'kinds=["study_session"]')
    filled("correct", "lh-0009", "--reason", "b", "--unset", "study_hours")
    filled("correct", "lh-0009", "--reason", "c", "--time", "2017-05-12")
    current = filled("history", "lh-0009", "--json").document["current"]
    assert current["data"] == {"attendees": ["m1", "m2"], "kinds": ["study_session"], "topic": "一"}
    assert current["time"].startswith("2017-05-12")
    assert current["retracted"] is False


def test_data_from_a_file(filled: Run) -> None:
    Path("data.json").write_text('{"document": "annual_plan", "title": "新题"}\n', "utf-8")
    assert filled("correct", "lh-0005", "--reason", "r", "--data", "@data.json").status == 0
    assert filled("history", "lh-0005", "--json").document["current"]["data"]["title"] == "新题"


def test_a_retraction_is_final(filled: Run) -> None:
    assert filled("retract", "lh-0008", "--reason", "重复", "--json").document["appended"] == 1
    found = filled("history", "lh-0008", "--json").document
    assert found["current"]["retracted"] is True
    assert found["retraction"]["data"]["reason"] == "重复"
    assert filled("correct", "lh-0008", "--reason", "r", "--time", "2017-05-01").status == 1
    assert filled("retract", "lh-0008", "--reason", "r").status == 1


def test_the_timeline_shows_who_when_and_why(filled: Run) -> None:
    filled("correct", "lh-0009", "--reason", "漏记一学时", "--set", "study_hours=4", "--by", "office")
    filled("retract", "lh-0009", "--reason", "其实没开", "--by", "assessor")
    shown = filled("history", "lh-0009").out
    for words in ("office", "漏记一学时", "3 → 4", "assessor", "其实没开", "已撤回"):
        assert words in shown


def test_what_is_not_there_cannot_be_taken_off(filled: Run) -> None:
    """A slip of the pen would else be a correction that corrects nothing."""
    done = filled("correct", "lh-0009", "--reason", "r", "--unset", "study_hour", "--json")
    assert done.status == 2
    assert "study_hours" in done.errors[0]["problem"]
    assert filled("history", "lh-0009", "--json").document["corrections"] == []
