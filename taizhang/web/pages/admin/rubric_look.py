"""A rubric file that was handed in, looked at before it is installed: what it says, and the ways it may come in."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.problem import Problem, Refused
from rubric.catalog import RubricCatalog
from rubric.installing import Way, installing_mistakes, same_installed, ways_to_install
from rubric.mistake import RubricRefused
from rubric.schema import Rubric
from taizhang.app.errors import as_member
from taizhang.app.rubrics import packed_file
from taizhang.documents.rubric_check import Checked, checked
from taizhang.language.i18n import _
from taizhang.language.labels import kind_word


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to install the file: what the form sends for it, and in words."""

    value: str
    way: Way
    words: str


@dataclass(frozen=True, slots=True)
class RubricLook:
    """A file in which nothing is wrong."""

    checked: Checked
    whom: str
    is_there: bool
    """The very same file is installed already."""
    choices: list[Choice]
    mains: list[Rubric]
    """By which its year is assessed now."""
    besides: list[Rubric]

    @property
    def rubric(self) -> Rubric:
        """The rubric that the file states."""
        return self.checked.rubric


def look_at(content: bytes, name: str, catalog: RubricCatalog) -> RubricLook:
    """Return what the file *content*, called *name*, would bring to *catalog*.

    Raises RubricRefused with all mistakes at their lines, as `rubric check` and `rubric install` find them; Refused
    for a file too big for an event.
    """
    found = checked(content, name)
    packed_file(content)
    rubric = found.rubric
    is_there = same_installed(catalog, rubric)
    ways = [] if is_there else ways_to_install(catalog, rubric)
    if not ways and not is_there:
        raise RubricRefused(installing_mistakes(catalog, rubric, beside=True), name)
    choices = [Choice(_value(way), way, _words(way, catalog, rubric)) for way in ways]
    mains, besides = catalog.mains_of(rubric.year), catalog.besides_of(rubric.year)
    return RubricLook(found, whom_in_words(rubric), is_there, choices, mains, besides)


def mistakes_of(refused: RubricRefused | Refused) -> list[Problem]:
    """Return what is wrong with a file as problems of a form, each with its line."""
    member = as_member(refused)
    assert member is not None
    return list(member.problems)


def whom_in_words(rubric: Rubric) -> str:
    """Return whom *rubric* assesses."""
    meant = rubric.meant
    if meant is None:
        return _("全部单位")
    comma = _("、")
    parts = []
    if meant.kinds:
        parts.append(_("类型是 {kinds} 的", kinds=comma.join(map(kind_word, meant.kinds))))
    if meant.tags:
        parts.append(_("带标签 {tags} 的", tags=comma.join(meant.tags)))
    if meant.units:
        parts.append(_("单位 {units}", units=comma.join(meant.units)))
    if meant.none:
        parts.append(_("除外：{none}", none=comma.join(map(kind_word, meant.none))))
    return _("；").join(parts) or _("全部单位")


def _value(way: Way) -> str:
    if way.beside:
        return "beside"
    return f"replaces.{way.replaces}" if way.replaces else "own"


def _words(way: Way, catalog: RubricCatalog, rubric: Rubric) -> str:
    if way.beside:
        return _("并列：另外单算，不动原来的")
    if way.replaces:
        other = catalog.get(way.replaces)
        return _("替换《{title}》（{id}）：它考核的单位改按这份算", title=other.title, id=other.id)
    if catalog.is_main(rubric.id):
        return _("作为新的一版：接着按它考核")
    return _("按它考核 {year} 年度", year=rubric.year)
