"""Tables of cells, pasted or from a workbook, as events: recognised, read row by row, held against the ledger. Pure.

How to call it (nothing here opens a file, reads a clock or writes):

    known = Known.of(session.store.stream(unit))                 # what the ledger has of the unit
    context = Context(
        unit="wj-01", year=2017,
        subjects=known.subjects(), members=known.members,
        codes={family: shelf_names...},                            # `workbooks.context.context_of` makes all this
        people=Directory([...]),                                   # who is called what
    )
    grid = grid_of_text(pasted_text)                               # or Grid("活动", rows_of_cells)
    reading = read_grid(grid, context)                             # kind=... where somebody said what it is
    result = plan([reading], known, "wj-01", today)

    reading.kind                    what it was taken for; None: no header that we know
    reading.header.cells            each column: place, header, the Column it was taken for (None: not read)
    result.problems                 RowProblem(sheet, row, column, text): all at once
    for sheet, row, steps in result.rows():
        row.row, row.problems       the number as the user sees it, what is wrong
        step.state                  new | there (recorded already) | double (row says the same) | changed
        step.event                  the client event, ready for `store.append`; its id is made of what it says
        step.differences            of a changed row: (field, what stands, what the row says)
    result.new_events()             what to append when there are no problems; corrections: `corrections_of`

    kinds       the kinds of sheet and their columns, as data
    sheet       a sheet's cells, and what its rows were found to say
    cells, days what one cell says
    context     what a sheet is read against: branches, codes, people
    recognise   which row is the header, which column is what
    readers     one cell of each kind of column
    attendees   who was there
    no_record   rows that are none: totals, titles, feet
    years       the year that a sheet names by itself
    side_by_side    two tables on one sheet
    namesakes   who a roster's row is
    drafts      values of a row -> events
    reading     all of it over a table
    known       the ledger's records as rows are held against them
    matching    which record a row is about
    plan        new, there, double, changed
    mending     the corrections that changed rows ask for
    delimited   text in columns -> rows
    pasted      text with tabs -> a table
"""

from ..parsing.cells import Cell, Unreadable
from .context import Context
from .corrections import corrections_of
from .kinds import BY_KEY, KINDS, Column, Kind
from .known import Known, KnownRecord
from .pasted import grid_of_text
from .plan import Plan, State, Step, plan
from .reading import read_grid, read_grids
from .sheet import Grid, RowProblem, RowReading, SheetReading

__all__ = [
    "BY_KEY",
    "KINDS",
    "Cell",
    "Column",
    "Context",
    "Grid",
    "Kind",
    "Known",
    "KnownRecord",
    "Plan",
    "RowProblem",
    "RowReading",
    "SheetReading",
    "State",
    "Step",
    "Unreadable",
    "corrections_of",
    "grid_of_text",
    "plan",
    "read_grid",
    "read_grids",
]
