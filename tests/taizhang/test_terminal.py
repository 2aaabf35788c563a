"""What people see: whole at 80 columns, without colour when piped, nothing cut off, never told by colour alone."""

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from taizhang.cli.render import progress
from taizhang.cli.render.bars import score_bar, share_bar
from taizhang.cli.render.labels import MARKS, days_left
from taizhang.cli.render.wrapping import wrap
from taizhang.language.labels import STATUS_WORDS

from .conftest import EXAMPLE, Run

DAY = ("--as-of", "2017-06-20")
SHOWN = [
    ["score", "lh-01", *DAY],
    ["board", *DAY],
    ["shortfalls", *DAY],
    ["members", "lh-01", *DAY],
    ["history", "lh-0006"],
    ["rubric", "list"],
    ["rubric", "show", "wujin-2017"],
]


@pytest.mark.parametrize("argv", SHOWN, ids=" ".join)
@pytest.mark.parametrize("columns", ["80", "50", "120"])
def test_piped_output_is_whole(
    filled: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for language in ("zh-CN", "en"):
        shown = filled(*argv, "--lang", language).out
        assert "\x1b" not in shown
        if argv[0] not in ("board", "members"):
            assert max(cell_len(line) for line in shown.splitlines()) <= int(columns)


def test_the_board_cuts_nothing_off(filled: Run) -> None:
    shown = filled("board", *DAY).out
    for figure in ("lh-01", "柳河小学党支部", "92", "33", "98", "▲ 1", "✗ 2"):
        assert figure in shown
    assert max(cell_len(line) for line in shown.splitlines()) <= 80


def test_the_scorecard_says_every_status_in_words(filled: Run) -> None:
    shown = filled("score", "lh-01", *DAY).out
    for status in ("met", "not_applicable", "open", "behind", "unearned", "overdue", "missed"):
        assert f"{MARKS[status][0]} {STATUS_WORDS[status]}" in shown
    assert "还剩 10 天" in shown
    assert "逾期 20 天" in shown
    assert "一、二、五月台账里没有“统一活动日”的记录" in shown


def test_marks_and_words_tell_statuses_apart() -> None:
    assert len({mark for mark, _style in MARKS.values()}) == len(STATUS_WORDS)
    assert len(set(STATUS_WORDS.values())) == len(STATUS_WORDS)


def test_days_left() -> None:
    assert [days_left(days) for days in (12, 0, -3, None)] == ["还剩 12 天", "今天到期", "逾期 3 天", ""]


@pytest.mark.parametrize(
    ("score", "floor", "ceiling", "bar"),
    [
        ("100", "100", "100", "██████████"),
        ("50", "20", "80", "██▓▓▓░░░··"),
        ("0", "0", "0", "··········"),
        ("93", "31.5", "97", "███▓▓▓▓▓▓░"),
    ],
)
def test_the_bar_of_a_score(score: str, floor: str, ceiling: str, bar: str) -> None:
    assert score_bar(score, floor, ceiling, "100", 10).plain == bar


@given(st.integers(0, 20_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_bar_of_hours_has_its_width(part: int, whole: int, expected: int) -> None:
    texts = [str(Decimal(number) / 100) for number in (part, whole, expected)]
    assert cell_len(share_bar(texts[0], texts[1], texts[2], 12).plain) == 12


def test_a_comma_never_begins_a_line() -> None:
    assert wrap("一二三四，五六", 8) == ["一二三", "四，五六"]
    assert wrap("一二三（四五）", 8) == ["一二三", "（四五）"]
    assert wrap("到 2017-03-31 前完成", 12) == ["到", "2017-03-31", "前完成"]
    assert wrap("", 10) == [""]


@given(st.text(st.sampled_from("一二三，。（）“”ab1- "), max_size=80), st.integers(8, 40))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_progress_bar_appears_after_a_second_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.5, 1.5, 1.55, 2.0])
    screen = io.StringIO()
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    monkeypatch.setattr(
        progress, "stderr_console", lambda: Console(file=screen, force_terminal=True, width=80)
    )
    counting = progress.Meter("导入", 100)
    counting(10)
    assert screen.getvalue() == ""
    counting(20)
    counting(30)
    counting(40)
    counting.stop()
    assert "导入" in screen.getvalue()


def test_no_progress_where_nobody_looks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(progress, "PAUSE_SECONDS", 0.0)
    assert run("import", str(EXAMPLE)).err == ""


def test_a_closed_pipe_is_no_error(shell) -> None:
    done = shell(f"taizhang import '{EXAMPLE}' && taizhang rubric show wujin-2017 | head -1")
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_terminal_without_unicode(shell) -> None:
    score = "taizhang score lh-01 --as-of 2017-12-31"
    commands = f"taizhang import '{EXAMPLE}' && {score} && taizhang verify && taizhang --help"
    done = shell(f"export PYTHONIOENCODING=gbk; ({commands}) | wc -l; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, "")


def test_bytes_that_are_no_text_are_wrong_usage(shell) -> None:
    done = shell("taizhang score $'\\xff' --json")
    assert (done.returncode, done.stdout) == (2, "")
    assert '"errors"' in done.stderr
