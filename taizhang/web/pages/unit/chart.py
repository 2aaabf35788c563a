"""Figures as SVG paths. Pure geometry: a plot is 1000 wide and 100 high, and is stretched to its place on the page.

Strokes keep their width when stretched (`vector-effect`), words stand beside the plot as text, so that a chart reads
as well on a phone as on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projections.score_history import Point

WIDTH, HEIGHT = 1000, 100


@dataclass(frozen=True, slots=True)
class Dot:
    """A day on which the score moved."""

    x: str
    y: str
    title: str


@dataclass(frozen=True, slots=True)
class CoursePlot:
    """The course drawn: paths, where today is, the months under it."""

    area: str
    line: str
    today: str
    months: list[int]
    month_lines: list[str]


def course_plot(points: Sequence[Point], opens_on: date, day: date, ends_on: date, full: int) -> CoursePlot:
    """Return the plot of *points* up to *day* over the months from *opens_on* on; *full* is the top."""
    axis = _Axis(opens_on, max(ends_on, day), full)
    until = day + timedelta(days=1)
    score = _steps(axis, [(point.day, point.totals.score) for point in points], until)
    floor = _steps(axis, [(point.day, point.totals.floor) for point in points], until)
    ceiling = _steps(axis, [(point.day, point.totals.ceiling) for point in points], until)
    return CoursePlot(
        area="M" + "L".join(ceiling + floor[::-1]) + "Z" if points else "",
        line="M" + "L".join(score) if points else "",
        today=axis.x(until),
        months=[start.month for start in axis.months],
        month_lines=[axis.x(start) for start in axis.months[1:]],
    )


def dot(axis_from: date, axis_to: date, full: int, day: date, value: int, title: str) -> Dot:
    """Return the place of one day's value."""
    axis = _Axis(axis_from, axis_to, full)
    return Dot(axis.x(day), axis.y(value), title)


class _Axis:
    def __init__(self, first: date, last: date, full: int) -> None:
        self.first = first
        self.months = [
            date(first.year + month // 12, month % 12 + 1, 1)
            for month in range(first.month - 1, (last.year - first.year) * 12 + last.month)
        ]
        end = self.months[-1]
        self._days = (date(end.year + end.month // 12, end.month % 12 + 1, 1) - first).days
        self._full = full or 1

    def x(self, day: date) -> str:
        return f"{WIDTH * (day - self.first).days / self._days:.1f}"

    def y(self, value: int) -> str:
        return f"{HEIGHT - HEIGHT * value / self._full:.2f}"


def _steps(axis: _Axis, values: Sequence[tuple[date, int]], until: date) -> list[str]:
    """Return the corners of a step line: a value holds until the day of the next."""
    corners = []
    for place, (day, value) in enumerate(values):
        end = values[place + 1][0] if place + 1 < len(values) else until
        corners += [f"{axis.x(day)} {axis.y(value)}", f"{axis.x(end)} {axis.y(value)}"]
    return corners
