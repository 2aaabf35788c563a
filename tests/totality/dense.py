"""Dense random histories: few days, few subjects, few titles, every code and every event type.

Histories that spread over a year seldom meet themselves: a fault on three records of one day and subject was not met
in 30,000 random events. Here nearly everything falls together. Nothing is arranged to be valid: each event is offered
to the ledger, and what it takes is, by definition, an accepted history.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from rubric.catalog import builtin
from tests.projections.codes import ACTIVITIES, CONDITIONS, DOCUMENTS, HONORS, JUDGED, LEVELS, OUTLETS

UNITS = ("wj-01", "wj-02", "wj-03")
SUBJECTS = ("wj-01", "wj-01/b1", "wj-01/b2", "wj-02", "wj-02/b1", "wj-03")
MEMBERS = ("m1", "m2", "m3")
KEYS = ("k1", "k2")
DAYS = (
    "2016-12-31",
    "2017-01-01",
    "2017-03-31",
    "2017-09-18",
    "2017-09-18",
    "2017-09-18",
    "2017-12-31",
    "2018-01-10",
)
TEXTS = ("学习", "学习", "会议·记录", "“引号”", "<b>&amp;</b>", "长" * 300, "A" * 400, "=1+1", "😀𠮷")
YEARS = (2016, 2017, 2018)


class Dense:
    """Draws events out of one source of chance; what was drawn before is what later ones refer to."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.drawn = 0
        self.usual = self.random.sample(ACTIVITIES, 3)
        """The kinds of most activities, so that many of one day share some of their kinds."""
        self.ids: list[str] = ["nobody"]

    def event(self) -> dict[str, Any]:
        """Return one more event in client form."""
        kind = self.random.choice([*DRAWN, *FREQUENT])
        if kind == "organization.closed" and self.random.random() < 0.8:
            kind = "activity.held"  # a closed unit takes hardly anything, and closing is for good
        self.drawn += 1
        event = {
            "specversion": "1.0",
            "id": f"{kind}-{self.drawn}",
            "source": "/dense",
            "type": kind,
            "subject": self.one(SUBJECTS),
            "time": self.one(DAYS),
            "data": DRAWN[kind](self),
        }
        self.ids.append(str(event["id"]))
        return event

    # -- drawing -----------------------------------------------------------------------------------------------

    def one(self, among: Any) -> Any:
        return self.random.choice(among)

    def some(self, among: Any, most: int = 3) -> list[Any]:
        return self.random.sample(list(among), self.random.randint(1, min(most, len(among))))

    def maybe(self, **fields: Callable[[], Any]) -> dict[str, Any]:
        return {name: draw() for name, draw in fields.items() if self.random.random() < 0.5}

    def text(self) -> str:
        return str(self.one(TEXTS))

    def organization(self) -> dict[str, Any]:
        return self.maybe(
            secretary=lambda: self.one(MEMBERS),
            has_committee=lambda: self.one((True, False)),
            has_groups=lambda: self.one((True, False)),
            term_ends_on=lambda: self.one(DAYS),
        )

    def flags(self) -> dict[str, Any]:
        return self.maybe(
            leader=lambda: self.one((True, False)), exempt_from_study=lambda: self.one((True, False))
        )

    def correction(self) -> dict[str, Any]:
        """A correction of some record: another day, or its words anew as its own type has them."""
        record = self.one(self.ids)
        kind = record.rpartition("-")[0]
        changes = self.maybe(time=lambda: self.one(DAYS), data=lambda: DRAWN.get(kind, Dense.key)(self)) or {
            "time": self.one(DAYS)
        }
        return {"record": record, "reason": self.text(), **changes}

    def key(self) -> dict[str, Any]:
        return {"request": self.one(KEYS)}


def _registered(dense: Dense) -> dict[str, Any]:
    kind = dense.one(("branch", "general_branch", "committee"))
    return {"name": dense.text(), "kind": kind, **dense.organization()}


def _activity(dense: Dense) -> dict[str, Any]:
    return {
        "kinds": dense.some(ACTIVITIES if dense.random.random() < 0.3 else dense.usual, 4),
        "topic": dense.text(),
        **dense.maybe(
            study_hours=lambda: dense.one((0, 1, "2.5", 24)),
            lecturer=lambda: dense.one(MEMBERS),
            attendees=lambda: dense.one(("all", dense.some(MEMBERS), [])),
            for_year=lambda: dense.one(YEARS),
        ),
    }


DRAWN: dict[str, Callable[[Dense], dict[str, Any]]] = {
    "organization.registered": _registered,
    "organization.changed": lambda d: {"name": d.text(), **d.organization()},
    "organization.closed": lambda d: d.maybe(reason=d.text),
    "member.joined": lambda d: {"member": d.one(MEMBERS), **d.flags()},
    "member.changed": lambda d: {"member": d.one(MEMBERS), **d.flags()},
    "member.left": lambda d: {
        "member": d.one(MEMBERS),
        **d.maybe(reason=lambda: d.one(("transferred", "expelled", "other"))),
    },
    "activity.held": _activity,
    "document.filed": lambda d: {
        "document": d.one(DOCUMENTS),
        "title": d.text(),
        **d.maybe(for_year=lambda: d.one(YEARS), target_sessions=lambda: d.one((1, 4))),
    },
    "publication.made": lambda d: {
        "outlet": d.one(OUTLETS),
        "title": d.text(),
        **d.maybe(url=lambda: "https://example.invalid/1", feature=lambda: d.one((True, False))),
    },
    "honor.received": lambda d: {
        "honor": d.one(HONORS),
        "level": d.one(LEVELS),
        "title": d.text(),
        **d.maybe(work=lambda: d.one(KEYS)),
    },
    "condition.declared": lambda d: {
        "condition": d.one(CONDITIONS),
        "value": d.one(("yes", "no", "not_applicable")),
    },
    "request.issued": lambda d: {"request": d.one(KEYS), "title": d.text(), "due_on": d.one(DAYS)},
    "request.answered": lambda d: {"request": d.one(KEYS)},
    "finding.raised": lambda d: {"finding": d.one(KEYS), "text": d.text(), "due_on": d.one(DAYS)},
    "finding.rectified": lambda d: {"finding": d.one(KEYS), **d.maybe(text=d.text)},
    "figure.reported": lambda d: {"figure": "rate", "value": d.one((0, "95.5", 100))},
    "case.confirmed": lambda d: {"case": "minor", "reason": d.text()},
    "rating.given": lambda d: {"rating": "served", "rater": d.one(KEYS), "value": d.one((0, 60, 100))},
    "judgement.passed": lambda d: {
        "clause": d.one(JUDGED),
        "deduct": d.one((0, 1, "0.5", 9)),
        "reason": d.text(),
        "for_year": d.one(YEARS),
    },
    "claim.reviewed": lambda d: {"record": d.one(d.ids), "verdict": d.one(("accepted", "returned"))},
    "election.held": lambda d: {"next_term_ends_on": d.one((*DAYS, "2020-06-30"))},
    "election.postponed": lambda d: {"until": d.one((*DAYS, "2018-06-30")), "approved_by": d.text()},
    "transfer.started": lambda d: {"member": d.one(MEMBERS), "valid_until": d.one(DAYS)},
    "transfer.completed": lambda d: {"member": d.one(MEMBERS)},
    "evidence.attached": lambda d: {
        "record": d.one(d.ids),
        "sha256": d.one("ab") * 64,
        "media_type": "application/pdf",
        "bytes": 7,
        "filename": "记录.pdf",
    },
    "record.corrected": Dense.correction,
    "record.retracted": lambda d: {"record": d.one(d.ids), "reason": d.text()},
    "appeal.filed": lambda d: {
        "appeal": d.one(KEYS),
        "clause": d.one(JUDGED),
        "reason": d.text(),
        **d.maybe(for_year=lambda: d.one(YEARS)),
    },
    "appeal.decided": lambda d: {
        "appeal": d.one(KEYS),
        "verdict": d.one(("upheld", "rejected")),
        "reason": d.text(),
    },
    "score.signed": lambda d: {
        "for_year": 2017,
        "rubric": "wujin-2017",
        "rubric_version": 1,
        "rubric_sha256": builtin()[0].sha256,
        "as_of": date(2017, 12, 31).isoformat(),
        "score": "1",
        "floor": "1",
        "ceiling": "1",
        "bonus": "0",
        "indicators": [{"no": 1, "score": "1"}],
        "sequence": 1,
        **d.maybe(supersedes=lambda: d.one(d.ids), reason=d.text),
    },
    "score.countersigned": lambda d: {"signing": d.one(d.ids), **d.maybe(reason=d.text)},
    "result.published": lambda d: {
        "signing": d.one(d.ids),
        "starts_on": d.one(DAYS),
        "ends_on": d.one(DAYS),
    },
    "result.confirmed": lambda d: {"signing": d.one(d.ids)},
}
"""Every type that a client may append, and how its data are drawn."""

FREQUENT = ["activity.held"] * 40 + ["record.corrected", "claim.reviewed", "member.joined"] * 4
