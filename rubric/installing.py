"""Whether a rubric may be installed beside those that are there, or withdrawn (contract §6).

Nothing takes units from another rubric unsaid, and what was scored with a version stays that version's for good.
"""

from __future__ import annotations

from dataclasses import dataclass

from .applicants import may_share
from .catalog import RubricCatalog
from .mistake import ChoiceMistake, Mistake, msgid
from .schema import Rubric
from .source import read


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a rubric may be installed: as the year's own, in place of another, or beside."""

    replaces: str | None = None
    beside: bool = False


def ways_to_install(catalog: RubricCatalog, rubric: Rubric) -> list[Way]:
    """Return every way in which *rubric* may be installed now, the likeliest first; none: something forbids it.

    A next version of one that is scored beside stays beside before anything else; of a main one it stays main.
    """
    if rubric.only_beside:
        return [Way(beside=True)] if not installing_mistakes(catalog, rubric) else []
    is_beside = any(each.id == rubric.id for each in catalog.besides_of(rubric.year))
    mains = catalog.mains_of(rubric.year)
    found = [Way(beside=True)] if is_beside else []
    found += [Way(), *(Way(replaces=each.id) for each in mains if may_share(each, rubric))]
    if not is_beside and not catalog.is_main(rubric.id):
        found.append(Way(beside=True))
    return [
        way
        for way in found
        if not installing_mistakes(catalog, rubric, replaces=way.replaces, beside=way.beside)
    ]


def same_installed(catalog: RubricCatalog, rubric: Rubric) -> bool:
    """Say whether the very file of *rubric* is installed already."""
    return any(
        entry.rubric.label == rubric.label and entry.rubric.file == rubric.file for entry in catalog.installed
    )


def installing_mistakes(
    catalog: RubricCatalog, rubric: Rubric, *, replaces: str | None = None, beside: bool = False
) -> list[Mistake]:
    """Return what speaks against installing *rubric* now, each at its line of the file; nothing: it may be.

    *replaces*: the main rubric of the year whose place it is to take. *beside*: it is to be scored apart; so is one
    whose file says `main: false`, asked or not.
    """
    line = read(rubric.file).line
    # One that was withdrawn has its version for good, too.
    ever = [*catalog.all, *(entry.rubric for entry in catalog.ever_installed)]
    known = [each for each in ever if each.id == rubric.id]
    same = next((each for each in known if each.version == rubric.version), None)
    if same is not None and same.file != rubric.file:
        message = msgid("{id} 的第 {version} 版已经安装，内容不同；请把 version 改成 {next}")
        highest = max(each.version for each in known)
        return [
            Mistake(
                line(("version",)), "version", message, id=rubric.id, version=rubric.version, next=highest + 1
            )
        ]
    if same is not None and same_installed(catalog, rubric):
        message = msgid("{id} 的第 {version} 版已经安装，内容相同；不用再装")
        return [Mistake(line(("version",)), "version", message, id=rubric.id, version=rubric.version)]
    year = next((each.year for each in known if each.year != rubric.year), None)
    if year is not None:
        message = msgid("{id} 是 {year} 年度的细则；另一个年度请另起一个 id")
        return [Mistake(line(("id",)), "id", message, id=rubric.id, year=year)]
    if rubric.only_beside and replaces is not None:
        message = msgid(
            "细则里写了 main: false（另外单算），不替换别的；请不要替换，或在文件里删去 main: false"
        )
        return [ChoiceMistake(line(("main",)), "main", message)]
    beside = beside or rubric.only_beside
    if beside and replaces is not None:
        message = msgid("并列的细则不替换别的；另算和替换只能选一个")
        return [ChoiceMistake(line(("id",)), "id", message)]
    if beside:
        return []
    return _taking_over(catalog, rubric, replaces, line(("year",)))


def _taking_over(
    catalog: RubricCatalog, rubric: Rubric, replaces: str | None, line: int | None
) -> list[Mistake]:
    """Return what is wrong with what *replaces* says, or does not say, of the main rubrics of the year."""
    mains = [each.id for each in catalog.mains_of(rubric.year)]
    unsaid = [
        each.id
        for each in catalog.mains_of(rubric.year)
        if each.id not in (rubric.id, replaces) and may_share(each, rubric)
    ]
    if unsaid:
        message = msgid(
            "{year} 年度现在按 {other} 考核，装上这份，各单位就都改按这份算了；"
            "请说明是替换 {other}，还是另外单算、不动原来的"
        )
        return [ChoiceMistake(line, "year", message, year=rubric.year, other=unsaid[-1])]
    if replaces is not None and (replaces not in mains or replaces == rubric.id):
        message = msgid("{year} 年度没有安装过 {other} 这份细则，谈不上替换它")
        return [ChoiceMistake(line, "year", message, year=rubric.year, other=replaces)]
    return []
