"""How a diligent, an average and a careless unit go about their year: every share and pace in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """Shares are of 1 unless the name says otherwise."""

    name: str
    misses_duty: float
    """A duty of the year (an activity or a paper) is not done at all."""
    misses_gathering: float
    """A monthly or quarterly gathering of a branch does not take place, in term."""
    misses_gathering_in_summer: float
    misses_party_work_meeting: float
    misses_party_work_meeting_in_summer: float
    attends: float
    """A serving member comes to a gathering; the retired come less often."""
    unified_day_hours: tuple[str, ...]
    lecture_hours: tuple[str, ...]
    session_hours: tuple[str, ...]
    sessions_a_year: int
    summer_training_hours: int
    makes_up_study: float
    """The unit teaches in December those who lack hours."""
    enters_the_same_day: float
    back_dates: float
    doubles: float
    corrects: float
    news_of_target: tuple[float, float]
    """News sent to the site, from and to, as a multiple of what the rubric asks."""
    volunteers_of_plan: tuple[float, float]
    answers_late: float
    never_answers: float
    rectifies_in_time: float
    findings: tuple[int, ...]
    """Numbers of findings in a year, one of which is drawn."""
    judged: tuple[int, ...]
    """Numbers of judgements in a year, one of which is drawn."""
    honors: tuple[int, int]
    declares_yes: float
    applies_for_awards: float


DILIGENT = Habit(
    name="diligent",
    misses_duty=0.01,
    misses_gathering=0.001,
    misses_gathering_in_summer=0.006,
    misses_party_work_meeting=0.01,
    misses_party_work_meeting_in_summer=0.12,
    attends=0.97,
    unified_day_hours=("2", "2", "2.5"),
    lecture_hours=("1.5", "2"),
    session_hours=("2", "2.5"),
    sessions_a_year=3,
    summer_training_hours=6,
    makes_up_study=1.0,
    enters_the_same_day=0.17,
    back_dates=0.045,
    doubles=0.026,
    corrects=0.018,
    news_of_target=(1.1, 1.9),
    volunteers_of_plan=(1.0, 1.3),
    answers_late=0.02,
    never_answers=0.0,
    rectifies_in_time=0.97,
    findings=(0, 0, 0, 1),
    judged=(0, 0, 0, 0, 1),
    honors=(2, 6),
    declares_yes=0.985,
    applies_for_awards=0.85,
)

AVERAGE = Habit(
    name="average",
    misses_duty=0.06,
    misses_gathering=0.008,
    misses_gathering_in_summer=0.06,
    misses_party_work_meeting=0.04,
    misses_party_work_meeting_in_summer=0.5,
    attends=0.91,
    unified_day_hours=("1.5", "2", "2"),
    lecture_hours=("1.5",),
    session_hours=("2",),
    sessions_a_year=2,
    summer_training_hours=3,
    makes_up_study=0.5,
    enters_the_same_day=0.12,
    back_dates=0.095,
    doubles=0.032,
    corrects=0.02,
    news_of_target=(0.8, 1.4),
    volunteers_of_plan=(0.8, 1.2),
    answers_late=0.10,
    never_answers=0.015,
    rectifies_in_time=0.8,
    findings=(0, 1, 1, 2),
    judged=(0, 0, 1, 1, 2),
    honors=(0, 3),
    declares_yes=0.94,
    applies_for_awards=0.5,
)

CARELESS = Habit(
    name="careless",
    misses_duty=0.24,
    misses_gathering=0.05,
    misses_gathering_in_summer=0.3,
    misses_party_work_meeting=0.2,
    misses_party_work_meeting_in_summer=0.8,
    attends=0.8,
    unified_day_hours=("1", "1.5"),
    lecture_hours=("1",),
    session_hours=("1.5",),
    sessions_a_year=1,
    summer_training_hours=0,
    makes_up_study=0.0,
    enters_the_same_day=0.07,
    back_dates=0.17,
    doubles=0.04,
    corrects=0.02,
    news_of_target=(0.3, 1.0),
    volunteers_of_plan=(0.3, 0.9),
    answers_late=0.28,
    never_answers=0.12,
    rectifies_in_time=0.45,
    findings=(1, 2, 3),
    judged=(1, 2, 2, 3),
    honors=(0, 1),
    declares_yes=0.8,
    applies_for_awards=0.2,
)
