"""Figures as SVG paths. Pure geometry: a plot is 1000 wide and 100 high, and is stretched to its place on the page.

Strokes keep their width when stretched (`vector-effect`), words stand beside the plot as text, so that a chart reads
as well on a phone as on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projections.score_history import Point
from rubric.amounts import HUNDRED, decimal_text

WIDTH, HEIGHT = 1000, 100
TEN_POINTS = 10 * HUNDRED


@dataclass(frozen=True, slots=True)
class Dot:
    """A day on which the score moved."""

    x: str
    y: str
    title: str


class Axis:
    """Days from left to right by whole months, points from *bottom* to *top* (hundredths)."""

    def __init__(self, first: date, last: date, bottom: int, top: int) -> None:
        self.first = first
        self.bottom, self.top = bottom, max(top, bottom + 1)
        self.months = [
            date(first.year + month // 12, month % 12 + 1, 1)
            for month in range(first.month - 1, (last.year - first.year) * 12 + last.month)
        ]
        end = self.months[-1]
        self._days = (date(end.year + end.month // 12, end.month % 12 + 1, 1) - first).days

    def x(self, day: date) -> str:
        """Return where *day* begins."""
        return f"{WIDTH * (day - self.first).days / self._days:.1f}"

    def y(self, value: int) -> str:
        """Return the height of *value*."""
        return f"{HEIGHT - HEIGHT * (value - self.bottom) / (self.top - self.bottom):.2f}"


@dataclass(frozen=True, slots=True)
class CoursePlot:
    """The course drawn: paths, where today is, the months under it, the points beside it.

    `line` is the score up to today; `forecast` and `area` (floor to ceiling) go on in `forecast_ahead` and
    `area_ahead`, as they stand today, to the year's last day. Empty where there is nothing to draw.
    """

    axis: Axis
    area: str
    line: str
    forecast: str
    area_ahead: str
    forecast_ahead: str
    today: str
    months: list[int]
    month_lines: list[str]

    @property
    def ticks(self) -> tuple[str, str, str]:
        """The points at the top, in the middle and at the bottom."""
        top, bottom = self.axis.top, self.axis.bottom
        return decimal_text(top), decimal_text((top + bottom) // 2), decimal_text(bottom)

    def dot(self, day: date, value: int, title: str) -> Dot:
        """Return the place of one day's value."""
        return Dot(self.axis.x(day), self.axis.y(value), title)


def course_plot(points: Sequence[Point], opens_on: date, day: date, ends_on: date, full: int) -> CoursePlot:
    """Return the plot of *points* (at least one) up to *day*, over the months of the year that opens on *opens_on*.

    It reaches up to *full*, and down to the ten points below the lowest floor.
    """
    bottom = min(point.totals.floor for point in points) // TEN_POINTS * TEN_POINTS
    axis = Axis(opens_on, max(ends_on, day), bottom, full)
    until = day + timedelta(days=1)

    def steps(values: Sequence[tuple[date, int]]) -> list[str]:
        return _steps(axis, values, until)

    floor = steps([(point.day, point.totals.floor) for point in points])
    ceiling = steps([(point.day, point.totals.ceiling) for point in points])
    now, area_ahead, forecast_ahead = points[-1].totals, "", ""
    if day < ends_on:
        here, there = axis.x(until), axis.x(ends_on + timedelta(days=1))
        low, high, ahead = axis.y(now.floor), axis.y(now.ceiling), axis.y(now.forecast)
        area_ahead = f"M{here} {high}H{there}V{low}H{here}Z"
        forecast_ahead = f"M{here} {ahead}H{there}"
    return CoursePlot(
        axis,
        area="M" + "L".join(ceiling + floor[::-1]) + "Z",
        line="M" + "L".join(steps([(point.day, point.totals.score) for point in points])),
        forecast="M" + "L".join(steps([(point.day, point.totals.forecast) for point in points])),
        area_ahead=area_ahead,
        forecast_ahead=forecast_ahead,
        today=axis.x(until),
        months=[start.month for start in axis.months],
        month_lines=[axis.x(start) for start in axis.months[1:]],
    )


def _steps(axis: Axis, values: Sequence[tuple[date, int]], until: date) -> list[str]:
    """Return the corners of a step line: a value holds until the day of the next."""
    corners = []
    for place, (day, value) in enumerate(values):
        end = values[place + 1][0] if place + 1 < len(values) else until
        corners += [f"{axis.x(day)} {axis.y(value)}", f"{axis.x(end)} {axis.y(value)}"]
    return corners
