"""What a server keeps of each ledger that it serves: the same for the first and for those under `/l/NAME/`."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import State

from taizhang.accounts.hindsight import Hindsight
from taizhang.accounts.security_log import SecurityLog
from taizhang.app.ledger import OpenLedger
from taizhang.health.checkup import Checkup
from taizhang.web.http.line import Lines
from taizhang.web.http.live import Watcher
from taizhang.web.http.metrics import Metrics
from taizhang.web.http.options import Options
from taizhang.web.pages.archive.making import Archiving
from taizhang.web.pages.audit.verification import Verification
from taizhang.web.pages.board.cache import Boards
from taizhang.web.pages.unit.course_cache import Courses


def serve_in(state: State, session: OpenLedger, options: Options, lines: Callable[[], Lines | None]) -> None:
    """Put into *state* what requests about the ledger of *session* find there; *lines* are the whole server's."""
    state.session = session
    state.options = options
    state.watcher = Watcher(session.store)
    state.checkup = Checkup(session, options.evidence)
    state.metrics = Metrics(session, options.evidence, state.watcher, lines)
    state.security = SecurityLog(session.store)
    state.courses = Courses()
    state.boards = Boards()
    state.archiving = Archiving(session, options.evidence)
    state.verification = Verification(session, options.evidence)
    state.hindsight = Hindsight()
