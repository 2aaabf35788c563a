"""The kinds of sheet that offices keep, and their columns: data, read by the template, the recogniser and the reader.

A column is known by its header, by other words that schools use for it (`also`), or because a unit said so once
(`Context.headers`). Workbooks are Chinese, whoever reads them; a page shows headers in its reader's language. `covers`
names the fields of an event's data that the column speaks of: what no column of a sheet covers, a row does not change.
"""

from __future__ import annotations

from .activities import ACTIVITIES
from .column import Column, Kind, Reading
from .conditions import CONDITIONS
from .documents import DOCUMENTS
from .elections import ELECTIONS
from .facts import FACTS
from .honours import HONOURS
from .organizations import ORGANIZATIONS
from .publications import PUBLICATIONS
from .roster import ROSTER

__all__ = ["BY_KEY", "EXAMPLE", "KINDS", "Column", "Kind", "Reading"]

KINDS: tuple[Kind, ...] = (
    ORGANIZATIONS,
    ROSTER,
    ACTIVITIES,
    DOCUMENTS,
    PUBLICATIONS,
    HONOURS,
    CONDITIONS,
    ELECTIONS,
    FACTS,
)
"""Every kind, in the order in which a workbook is recorded: who is named must be there already."""

EXAMPLE = "示例，不导入"
"""Stands in the record id column of a template's example row."""

BY_KEY = {kind.key: kind for kind in KINDS}
