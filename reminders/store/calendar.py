"""What an operator has set about days: notices of workdays, lead days of clauses; and which runs were done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ledger.events.event import recorded_text
from ledger.store.sql import Connection

from ..workdays import Workdays


def keep_notice(connection: Connection, year: int, days: Mapping[date, bool]) -> None:
    """Keep the notice of *year*, in place of the one before: which days are worked against the weekday's rule."""
    connection.execute("DELETE FROM workday_notices WHERE year = ?", (year,))
    connection.executemany(
        "INSERT INTO workday_notices (year, day, worked) VALUES (?, ?, ?)",
        [(year, day.isoformat(), int(worked)) for day, worked in sorted(days.items())],
    )


def workdays(connection: Connection) -> Workdays:
    """Return the workdays with every notice that was loaded."""
    notices: dict[int, dict[date, bool]] = {}
    rows = connection.execute("SELECT year, day, worked FROM workday_notices ORDER BY year, day")
    for year, day, worked in rows.fetchall():
        notices.setdefault(year, {})[date.fromisoformat(day)] = bool(worked)
    return Workdays(notices)


def keep_leads(connection: Connection, clause: str, days: tuple[int, ...] | None) -> None:
    """Set the lead days of a clause; None: those of the rubric again."""
    connection.execute("DELETE FROM reminder_leads WHERE clause = ?", (clause,))
    if days is not None:
        connection.execute(
            "INSERT INTO reminder_leads (clause, days) VALUES (?, ?)", (clause, ",".join(map(str, days)))
        )


def leads(connection: Connection) -> dict[str, tuple[int, ...]]:
    """Return the lead days that an operator has set, by clause."""
    rows = connection.execute("SELECT clause, days FROM reminder_leads ORDER BY clause").fetchall()
    return {clause: tuple(int(day) for day in days.split(",") if day) for clause, days in rows}


def keep_run(connection: Connection, day: date, now: datetime) -> None:
    """Note that everything due on *day* was planned."""
    connection.execute(
        "INSERT INTO reminder_runs (day, finished_at) VALUES (?, ?)"
        " ON CONFLICT (day) DO UPDATE SET finished_at = excluded.finished_at",
        (day.isoformat(), recorded_text(now)),
    )


def runs(connection: Connection, since: date, before: date) -> list[date]:
    """Return the days from *since* on and before *before* that were planned, in order."""
    rows = connection.execute(
        "SELECT day FROM reminder_runs WHERE day >= ? AND day < ? ORDER BY day",
        (since.isoformat(), before.isoformat()),
    ).fetchall()
    return [date.fromisoformat(day) for (day,) in rows]
