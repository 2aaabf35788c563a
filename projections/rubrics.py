"""The rubrics of a ledger, folded from its events: what was installed and withdrawn, by whom, when and why.

A rubric counts from the `rubric.installed` that brings it (contract §6): who asks for an earlier instant folds the
events recorded by then. Files are parsed once, whatever the catalogue is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ledger.events.event import StoredEvent
from ledger.events.packed import unpack
from ledger.json_object import JsonMapping
from ledger.text import Text
from rubric.catalog import Entry, RubricCatalog
from rubric.installing import installing_mistakes
from rubric.load import parse
from rubric.mistake import RubricRefused
from rubric.schema import Rubric

INSTALLED = "rubric.installed"
WITHDRAWN = "rubric.withdrawn"
PROBLEMS_MAX = 20
CATALOGS_MAX = 16
"""So many are kept: that of now, and those that questions about the past have met."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation of a rubric, and what became of it."""

    sequence: int
    recordedtime: str
    by: str
    rubric: Rubric
    beside: bool
    replaces: str | None
    reason: str
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal: where it stands in the ledger, who, when and why."""

    sequence: int
    recordedtime: str
    by: str
    reason: str


class RubricFiles:
    """The rubrics in events, parsed once each: the same file is the same object for as long as the program runs."""

    def __init__(self) -> None:
        self._parsed: dict[str, Rubric | None] = {}
        self._catalogs: dict[tuple[object, ...], RubricCatalog] = {}

    def rubric(self, packed: str) -> Rubric | None:
        """Return the rubric of a packed file; None for one that this program cannot read."""
        if packed not in self._parsed:
            try:
                self._parsed[packed] = parse(unpack(packed))
            except (RubricRefused, ValueError):
                self._parsed[packed] = None
        return self._parsed[packed]

    def installations(self, events: Iterable[StoredEvent]) -> list[Installation]:
        """Return what *events* (of the ledger itself: `stream("")`) installed, in ledger order."""
        found: list[Installation] = []
        for event in events:
            if event["type"] == INSTALLED:
                rubric = self.rubric(event["data"]["file"])
                if rubric is not None:
                    found.append(_installation(event, rubric))
            elif event["type"] == WITHDRAWN:
                found = [_after(event, each) for each in found]
        return found

    def catalog(self, events: Iterable[StoredEvent], base: RubricCatalog) -> RubricCatalog:
        """Return the catalogue after *events*, on top of *base*; the same object for the same installations."""
        entries = [
            Entry(each.rubric, each.beside, each.replaces, withdrawn=each.withdrawn is not None)
            for each in self.installations(events)
        ]
        if not entries:
            return base
        key = (id(base), *((id(each.rubric), each.beside, each.replaces, each.withdrawn) for each in entries))
        made = self._catalogs.get(key)
        if made is None:
            if len(self._catalogs) >= CATALOGS_MAX:
                self._catalogs.clear()
            made = self._catalogs[key] = RubricCatalog(base.all, entries)
        return made

    def unreadable(self, events: Iterable[StoredEvent]) -> list[tuple[int, str]]:
        """Return the installations whose file this program cannot read, or is another than the event says."""
        found = []
        for event in events:
            if event["type"] != INSTALLED:
                continue
            data = event["data"]
            rubric = self.rubric(data["file"])
            if rubric is None or (rubric.id, rubric.version) != (data["rubric"], data["version"]):
                found.append((int(event["sequence"]), f"{data['rubric']}@{data['version']}"))
        return found


def rubric_problems(
    catalog: RubricCatalog, files: RubricFiles, kind: str, data: JsonMapping
) -> Iterator[tuple[str, Text]]:
    """Yield what speaks against an event of a rubric beside those in *catalog*, by field (contract §6)."""
    if kind == WITHDRAWN:
        yield from _withdrawing_problems(catalog, data)
        return
    try:
        # The very bytes: what is wrong with the file is told at its lines.
        rubric = files.rubric(data["file"]) or parse(unpack(data["file"]))
    except RubricRefused as refused:
        for mistake in refused.mistakes[:PROBLEMS_MAX]:
            yield (
                "data.file",
                Text(
                    "考核细则第 {line} 行 {key}：{problem}",
                    line=mistake.line or 1,
                    key=mistake.key,
                    problem=Text(mistake.message, **dict(mistake.values)),  # type: ignore[arg-type]
                ),
            )
        return
    for field, said, right in (
        ("data.rubric", data["rubric"], rubric.id),
        ("data.version", data["version"], rubric.version),
    ):
        if said != right:
            yield field, Text("文件里写的是 {right}，不是 {said}", right=right, said=said)
            return
    for mistake in installing_mistakes(
        catalog, rubric, replaces=data.get("replaces"), beside=data.get("beside", False)
    ):
        field = (
            "data.replaces"
            if mistake.key == "year"
            else "data.version"
            if mistake.key == "version"
            else "data.rubric"
        )
        yield field, Text(mistake.message, **dict(mistake.values))  # type: ignore[arg-type]


def _withdrawing_problems(catalog: RubricCatalog, data: JsonMapping) -> Iterator[tuple[str, Text]]:
    versions = [entry.rubric.version for entry in catalog.installed if entry.rubric.id == data["rubric"]]
    known = list(dict.fromkeys(entry.rubric.id for entry in catalog.installed))
    if not versions:
        text = (
            Text("没有安装“{id}”这份考核细则，不能撤下；已安装的有 {known}", id=data["rubric"], known=known)
            if known
            else Text("没有安装“{id}”这份考核细则，不能撤下；程序自带的细则不用撤下", id=data["rubric"])
        )
        yield "data.rubric", text
    elif data.get("version", versions[0]) not in versions:
        yield (
            "data.version",
            Text("没有安装 {id} 的第 {version} 版；装着的是第 {known} 版", id=data["rubric"],
                 version=data["version"], known=versions),
        )  # fmt: skip


def _installation(event: StoredEvent, rubric: Rubric) -> Installation:
    data = event["data"]
    return Installation(
        int(event["sequence"]),
        event["recordedtime"],
        event["authid"],
        rubric,
        data.get("beside", False) or rubric.only_beside,
        data.get("replaces"),
        data.get("reason", ""),
    )


def _after(event: StoredEvent, known: Installation) -> Installation:
    data = event["data"]
    if known.withdrawn is not None or known.rubric.id != data["rubric"]:
        return known
    if data.get("version", known.rubric.version) != known.rubric.version:
        return known
    withdrawal = Withdrawal(int(event["sequence"]), event["recordedtime"], event["authid"], data["reason"])
    return replace(known, withdrawn=withdrawal)
