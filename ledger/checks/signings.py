"""Whether a score may be signed: figures that add up, on a position that is there, over the signing that stands.

A signing is never mended in place: who wants other figures signs again, naming the signing that is superseded and
why, or takes the last one back, whereupon the one before it stands again.
"""

from __future__ import annotations

from decimal import Decimal

from ledger.checks.check import Check
from ledger.events.event import ClientEvent, day_of
from ledger.text import Text


def check_signed(check: Check) -> None:
    """The unit's year is signed as a whole, once, or again with a reason."""
    if "/" in check.subject:
        check.blame(
            "subject",
            Text("得分按单位签字；请把 {subject} 改为 {unit}", subject=check.subject, unit=check.unit),
        )
    _check_figures(check)
    _check_basis(check)
    _check_superseding(check)


def _check_figures(check: Check) -> None:
    data = check.data
    numbers = [indicator["no"] for indicator in data["indicators"]]
    twice = next((place for place, number in enumerate(numbers) if number in numbers[:place]), None)
    if twice is not None:
        check.blame(f"data.indicators[{twice}].no", Text("指标 {number} 出现了两次", number=numbers[twice]))
        return
    total = Decimal(data["score"]) + Decimal(data["bonus"])
    added = sum((Decimal(indicator["score"]) for indicator in data["indicators"]), Decimal())
    judging = check.vocabulary.judging.get(data["rubric"]) if check.vocabulary is not None else None
    if total != added and (judging is None or judging.adds_up):
        check.blame(
            "data.score",
            Text(
                "得分与加分之和是 {total}，各指标之和是 {added}；两者应相等",
                total=str(total),
                added=str(added),
            ),
        )
    if Decimal(data["floor"]) > Decimal(data["ceiling"]):
        check.blame(
            "data.floor",
            Text("保底 {floor} 高于最高 {ceiling}", floor=data["floor"], ceiling=data["ceiling"]),
        )


def _check_basis(check: Check) -> None:
    data = check.data
    if data["as_of"] > day_of(check.time).isoformat():
        check.blame("data.as_of", Text("截至日 {day} 晚于签字之日；只能签已经过去的", day=data["as_of"]))
    last = check.position()
    if data["sequence"] > last:
        check.blame(
            "data.sequence",
            Text("台账里还没有第 {place} 号事件；现在到第 {last} 号", place=data["sequence"], last=last),
        )


def _check_superseding(check: Check) -> None:
    data = check.data
    year = data["for_year"]
    standing = check.register.signings.get((year, data["rubric"]))
    named = data.get("supersedes")
    of_the_year = {there for (its, _), there in check.register.signings.items() if its == year}
    if standing is None and named in of_the_year:
        standing = named  # under the rubric that this one has replaced
    if named != standing and not (check.excuses.record(standing or "") or check.excuses.record(named or "")):
        check.blame(
            "data.supersedes",
            Text(
                "{unit} {year} 年的得分已由“{standing}”签过；要改签，请在 supersedes 里写这个编号，并写明理由",
                unit=check.unit,
                year=year,
                standing=standing,
            )
            if standing is not None
            else Text(
                "{unit} {year} 年没有签着的“{named}”可改签；请核对编号",
                unit=check.unit,
                year=year,
                named=str(named),
            ),
        )
    if "reason" in data:
        return
    other = [each["no"] for each in data["indicators"] if each.get("advice", each["score"]) != each["score"]]
    if other:
        check.blame("data.reason", Text("指标 {numbers} 签的与算得的不同，请写明理由", numbers=other))
    elif named is not None:
        check.blame("data.reason", Text("改签要写明理由"))


def check_standing(check: Check, signing: ClientEvent) -> None:
    """Only the signing that stands can be taken back."""
    data = check.register.in_force(signing)[1]
    signings, year = check.register.signings, data["for_year"]
    if signing["id"] in signings.values():
        return
    of_the_year = (there for (its, _), there in signings.items() if its == year)
    standing = signings.get((year, data["rubric"])) or next(of_the_year, None)
    if standing is not None and not check.excuses.record(standing):
        check.blame(
            "data.record",
            Text(
                "“{id}”已被改签“{standing}”取代；要撤回，请先撤回“{standing}”",
                id=signing["id"],
                standing=standing,
            ),
        )


def blame_correction(check: Check, record: ClientEvent) -> None:
    """A signing, and what is said of one, is not corrected."""
    check.blame(
        "data.record",
        Text("“{id}”是签字，不能更正；请改签（supersedes），或撤回它", id=record["id"])
        if record["type"] == "score.signed"
        else Text("“{id}”是 {type}，不能更正；请撤回它，再重新记入", id=record["id"], type=record["type"]),
    )


def check_countersigned(check: Check) -> None:
    """The second signature is set under the signing that stands, once."""
    if _names_standing(check) and check.data["signing"] in check.register.countersigned:
        check.blame("data.signing", Text("签字“{id}”已经复签过", id=check.data["signing"]))


def check_published(check: Check) -> None:
    """What is published is the signing that stands; the days follow one another, and none is past."""
    _names_standing(check)
    if not check.is_new:
        return
    data, day = check.data, day_of(check.time).isoformat()
    if data["starts_on"] < day:
        check.blame(
            "data.starts_on",
            Text("公示不能从过去的日子开始：{start} 早于 {day}", start=data["starts_on"], day=day),
        )
    if data["ends_on"] < data["starts_on"]:
        check.blame(
            "data.ends_on",
            Text("公示结束的日子 {end} 早于开始的日子 {start}", end=data["ends_on"], start=data["starts_on"]),
        )


def check_confirmed(check: Check) -> None:
    """The unit says once of the signing that stands that it has seen it."""
    if _names_standing(check) and check.data["signing"] in check.register.confirmed:
        check.blame("data.signing", Text("签字“{id}”已经确认过", id=check.data["signing"]))


def _names_standing(check: Check) -> bool:
    """Say whether the event is the unit's own and names a signing of it that stands."""
    if "/" in check.subject:
        check.blame(
            "subject",
            Text("得分按单位签字；请把 {subject} 改为 {unit}", subject=check.subject, unit=check.unit),
        )
        return False
    named = check.data["signing"]
    if named in check.register.signings.values():
        return True
    if not check.excuses.record(named):
        check.blame(
            "data.signing",
            Text(
                "{unit} 没有签着的“{id}”；请核对编号（改签过的，写最后一次签字的编号）",
                unit=check.unit,
                id=named,
            ),
        )
    return False
