"""Where an operator's rubric text comes from: a file, a sample, another year's or the next version's draft, or typed.

Whatever it is, it becomes an upload that waits under a token: looked at, mended in place, tried and installed from
there, and forgotten after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from ledger.problem import Problem, Refused
from ledger.text import Text
from rubric.catalog import RubricCatalog
from rubric.compare import changes
from rubric.derive import as_it_was, derive, questions, revised
from rubric.load import parse
from rubric.mistake import NoRubric
from rubric.samples import sample
from rubric.schema import Rubric
from rubric.source import SIZE_MAX_BYTES
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.workbooks import uploads
from taizhang.entry.workbooks.uploads import Upload
from taizhang.language.i18n import N_, current
from taizhang.web.http.auth import WALL_CLOCK
from taizhang.web.http.form_data import Posted
from taizhang.web.http.waiting_files import FILENAME_MAX, sent_or_waiting

RUBRIC_UPLOAD = "*rubric"
"""In place of a unit, with a file that waits."""
SAMPLES: dict[str, str] = {
    "starter": N_("入门：主题党日、党课、计划总结、党费，两页就看完"),
    "college": N_("高校院系：按学年，有学期，有学校、互评和师生的评议"),
    "company": N_("企业支部：按人头，每名党员、每位委员"),
    "school-ideology": N_("学校意识形态责任制：一般与党建细则并列"),
    "township": N_("乡镇：办结率、排名、比平均，由考核人员录入数据"),
    "village": N_("村和社区：从零累计得分，按分评星"),
}
"""What each sample is for, in a line."""
CHANGES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What another rubric has otherwise: about which item or clause, and in words."""

    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A text to be mended in place, with what is asked of people in it, by line."""

    text: str
    name: str
    questions: list[tuple[int, str]]


def handed_in(session: OpenLedger, visit: Visit, sent: Posted) -> tuple[str, Upload | None]:
    """Return the token and the file that the form means; None: none was sent, or it waits no longer.

    Raises RubricRefused where a draft cannot be made, NoRubric for an id that is not there.
    """
    made = _made(session, sent)
    if made is None:
        return sent_or_waiting(session, visit, RUBRIC_UPLOAD, sent, size_max=SIZE_MAX_BYTES)
    if len(made.content) > SIZE_MAX_BYTES:
        return "", made
    with session.store.write() as work:
        return uploads.keep(work.connection, visit.account.name, RUBRIC_UPLOAD, made, WALL_CLOCK()), made


def _made(session: OpenLedger, sent: Posted) -> Upload | None:
    match sent.one("step"):
        case "sample":
            name = sent.one("sample")
            return Upload(f"{name}.yaml", sample_of_year(session, name).encode())
        case "as-it-was":
            drafted = draft_of(session, sent.one("from"), sent.one("year"))
            return Upload(drafted.name, as_it_was(drafted.text).encode())
        case "typed":
            name = PurePath(sent.one("name") or "draft.yaml").name[:FILENAME_MAX]
            return Upload(name, sent.one("text").encode())
    return None


def sample_of_year(session: OpenLedger, name: str) -> str:
    """Return a sample with its days moved to this year. Raises NoRubric."""
    text = sample(name)
    year = session.clock.today().year
    return text if parse(text).year == year else derive(text, year)


def draft_of(session: OpenLedger, rubric_id: str, year: str) -> Drafted:
    """Return another year's draft, made from *rubric_id*. Raises NoRubric, RubricRefused and Refused."""
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise Refused([Problem("year", Text("请写四位数的年度，如 2027"))])
    text = derive(session.rubric_text(rubric_id), int(year))
    return Drafted(text, f"{rubric_id}-{year}.yaml", questions(text))


def next_version(session: OpenLedger, rubric_id: str) -> Drafted:
    """Return the next version of *rubric_id*. Raises NoRubric."""
    return Drafted(revised(session.rubric_text(rubric_id)), f"{rubric_id}.yaml", [])


def typed_text(content: bytes, name: str) -> Drafted | None:
    """Return a file to be mended in place; None for one that is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return Drafted(text, name, questions(text)) if "\0" not in text else None


def compared_with(catalog: RubricCatalog, rubric: Rubric, chosen: str = "") -> Rubric | None:
    """Return what *rubric* is held against: the one chosen, else its version before, its year's, the year before's."""
    if chosen:
        try:
            return catalog.get(chosen)
        except NoRubric:
            return None
    if any(each.id == rubric.id for each in catalog.all):
        return catalog.get(rubric.id)
    nearest = [*catalog.of_year(rubric.year), *catalog.of_year(rubric.year - 1)]
    return (
        nearest[0] if nearest else max(catalog.all, key=lambda each: (each.year, each.version), default=None)
    )


def what_changed(before: Rubric, after: Rubric) -> list[Change]:
    """Return what is another in *after*, in the reader's language."""
    translate = current()
    return [
        Change(each.about, translate(each.message).format(**dict(each.values)))
        for each in changes(before, after)
    ]
