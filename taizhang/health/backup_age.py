"""How old the newest backup is, told by the names in the folder: cheap, and without the passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from taizhang.app.settings import Settings
from taizhang.backup.folder import ABOUT, BackupFolder, made_at

LATE = timedelta(hours=36)
"""One is made each night; so much later it was not."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest backup in the folder that the settings name; None: there is none."""

    made: datetime | None

    def age(self, now: datetime) -> timedelta | None:
        """Return how old it is."""
        return None if self.made is None else now - self.made


def newest_backup(settings: Settings) -> Newest | None:
    """Return the newest one; None where no folder is set. Raises OSError."""
    folder = settings.backup
    if folder is None:
        return None
    if not (folder / ABOUT).exists():
        return Newest(None)
    return Newest(max(map(made_at, BackupFolder(folder, None).folders()), default=None))
