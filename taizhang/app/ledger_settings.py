"""Settings that belong to a ledger and not to a machine: kept in its store, set by the operator on a page.

A copy of the store takes them along; what belongs to the machine (addresses, passwords of other servers) is in
`settings`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from ledger.store.sql import Connection

from .quota import MEGABYTE, Limits


class KeptSettings(BaseModel):
    """What an operator may set; every field has its default."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    demo_today: date | None = None
    """The day a demo ledger lives on; None in every other ledger. Set when the demo is made, and by nobody else."""
    district: str = Field(default="", max_length=80)
    """Name of the office, shown beside the program's."""
    ranking: bool = False
    """Whether the board may be sorted by score. Off by default: the district looks by exception (domain rules)."""
    late_days: int = Field(default=15, ge=0, le=365)
    """An entry recorded more than so many days after it happened is marked as late."""
    grace_days: int = Field(default=10, ge=0, le=365)
    """Assessors and the district are told of a missed period only so many days after its last day: it may only not be
    recorded yet."""
    forecast_line: int = Field(default=80, ge=0, le=1000)
    """A unit whose forecast is below so many points needs the district's help."""
    second_signature: bool = False
    """Whether a signed year wants the signature of a second assessor before it is published."""
    separate_appeals: bool = False
    """Whether an appeal is decided by somebody else than who judged the clause."""
    second_factor: bool = False
    """Whether operators and assessors need a code of their telephone beside the password."""
    day_events: int = Field(default=20_000, ge=100, le=10_000_000)
    """So many events may one account add in a day (see `quota`)."""
    day_megabytes: int = Field(default=2_000, ge=10, le=10_000_000)
    """So many megabytes of files may one account attach in a day."""

    @property
    def limits(self) -> Limits:
        """What one account may add in a day."""
        return Limits(self.day_events, self.day_megabytes * MEGABYTE)


def create_settings(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)")


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_settings,)


def read_settings(connection: Connection) -> KeptSettings:
    """Return the settings kept in the store."""
    rows = connection.execute("SELECT name, value FROM settings ORDER BY name").fetchall()
    return KeptSettings.model_validate_strings(dict(rows))


def write_settings(connection: Connection, settings: KeptSettings) -> None:
    """Keep *settings*; what has its default is not written, so that a later default reaches it."""
    connection.execute("DELETE FROM settings")
    for name, value in settings.model_dump(mode="json", exclude_defaults=True).items():
        connection.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (name, str(value)))
