"""A record's life as a timeline: occurred and recorded side by side, then every change with who, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import orjson
from rich.console import RenderableType
from rich.text import Text as Line

from taizhang.cli.render.layout import hanging, heading, indented, stacked
from taizhang.language.event_labels import TYPE_WORDS
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from ledger.events.event import StoredEvent
    from ledger.history import History

_MARKS = {"record.corrected": ("✎", "yellow"), "record.retracted": ("✗", "red")}
_ATTACHED = ("⎘", "cyan")
_VERDICTS = {"accepted": ("✓", N_("审核通过"), "green"), "returned": ("↩", N_("审核退回"), "red")}


def history(found: History, called: Mapping[str, str]) -> RenderableType:
    """Draw the timeline of a record; *called* is what people are called, by login."""
    return stacked(_parts(found, called))


def _parts(found: History, called: Mapping[str, str]) -> Iterator[RenderableType]:
    record = found.record
    yield heading(record["id"], " · ".join([record["type"], *filter(None, [record.get("subject")])]))
    yield Line()
    yield _step("●", _("记录"), "bold", record, called)
    yield from _details([(_("发生时间"), record["time"]), *_fields(record["data"])])
    standing = record["data"]
    for event in found.later():
        data = event["data"]
        if event["type"] == "claim.reviewed":
            mark, word, style = _VERDICTS[data["verdict"]]
        else:
            (mark, style), word = _MARKS.get(event["type"], _ATTACHED), TYPE_WORDS[event["type"]]
        yield _step(mark, _(word), style, event, called)
        yield from _details(_said(data))
        if event["type"] == "record.corrected" and "data" in data:
            yield from _details(_changes(standing, data["data"]))
            standing = data["data"]
    yield Line()
    if found.retraction is not None:
        yield Line(_("现状：已撤回，不再计入。"), style="bold red")
    elif found.corrections:
        yield Line(_("现状（以最后的更正为准）"), style="bold")
        yield from _details([(_("发生时间"), found.time), *_fields(found.data)])
    else:
        yield Line(_("现状：没有更正过。"), style="bold")


def _step(mark: str, word: str, style: str, event: StoredEvent, called: Mapping[str, str]) -> Line:
    line = Line(f"{mark} {word}", style=style)
    who = called.get(event["authid"], event["authid"])
    recorded = _("由 {who} 录入于 {when}", who=who, when=_local(event["recordedtime"]))
    line.append(f"  {recorded}", style="not bold dim")
    line.append(f"  #{int(event['sequence'])}", style="not bold dim")
    return line


def _said(data: dict[str, object]) -> list[tuple[str, str]]:
    titles = {
        "reason": _("理由"),
        "time": _("时间改为"),
        "filename": _("文件"),
        "media_type": _("格式"),
        "bytes": _("字节数"),
        "sha256": "SHA-256",
    }
    return [(title, _shown(value)) for key, title in titles.items() if (value := data.get(key)) is not None]


def _details(pairs: list[tuple[str, str]]) -> Iterator[RenderableType]:
    for title, value in pairs:
        yield indented(hanging(Line(f"{title}  ", style="dim"), value), 2)


def _fields(data: dict[str, object]) -> list[tuple[str, str]]:
    return [(key, _shown(value)) for key, value in data.items()]


def _changes(before: dict[str, object], after: dict[str, object]) -> list[tuple[str, str]]:
    nothing = _("（无）")
    return [
        (key, f"{_shown(before.get(key, nothing))} → {_shown(after.get(key, nothing))}")
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def _shown(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _("、").join(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _local(recorded: str) -> str:
    from ledger.events.event import instant_of
    from taizhang.language.labels import instant_text

    return instant_text(instant_of(recorded))
