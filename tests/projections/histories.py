"""Random histories of one unit, valid by contract §2 to §4: what a seed gives is always the same.

A history is drafted by day, then each draft gets an instant at which it was recorded: late entries, corrections that
come months after, several in one append. What rests on another draft is recorded after it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from rubric.catalog import builtin
from tests.projections.codes import (
    ACTIVITIES,
    CONDITIONS,
    DOCUMENTS,
    FREQUENT,
    HONORS,
    HOURS,
    JUDGED,
    LEVELS,
    OUTLETS,
)
from tests.projections.entering import Draft, History, grouped

UNIT = "wj-07"
MOVABLE = ("activity.held", "document.filed", "publication.made", "honor.received", "condition.declared")
"""Types of which now and then one was logged on the wrong branch."""
JUDGED_UNTIL = builtin()[0].judged_until
FIRST, LAST = date(2016, 9, 1), date(2018, 3, 15)


class Author:
    """Writes one history out of one source of chance."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.drafts: list[Draft] = []
        self.registrations: dict[str, Draft] = {}
        self.closed: dict[str, date] = {}
        self.joinings: dict[str, Draft] = {}
        self.chain: dict[str, Draft] = {}
        self.retracted: dict[str, Draft] = {}

    # -- chance ------------------------------------------------------------------------------------------------

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def some_day(self, first: date = FIRST, last: date = LAST) -> date:
        """A day; often one on which something ends or begins."""
        if self.chance(0.25):
            edges = [date(2017, month, day) for month in range(1, 13) for day in (1, 28)]
            edges += [
                date(2016, 12, 31),
                date(2017, 12, 31),
                date(2018, 1, 1),
                date(2018, 1, 31),
                date(2018, 2, 1),
            ]
            edges += [
                date(2017, 3, 31),
                date(2017, 6, 30),
                date(2017, 9, 30),
                date(2017, 10, 17),
                date(2017, 10, 31),
            ]
            edges = [day for day in edges if first <= day <= last]
            if edges:
                return self.random.choice(edges)
        return first + timedelta(days=self.random.randrange(max((last - first).days, 0) + 1))

    def time_on(self, day: date) -> str:
        """An instant of that day in Shanghai, written in one of several ways."""
        form = self.random.randrange(4)
        if form == 0:
            return f"{day.isoformat()}T{self.random.randrange(24):02d}:30:00+08:00"
        if form == 1:  # the evening before, in UTC, is early morning in Shanghai
            return f"{(day - timedelta(days=1)).isoformat()}T16:00:00Z"
        return f"{day.isoformat()}T00:00:00+08:00"

    # -- drafts ------------------------------------------------------------------------------------------------

    def draft(self, type_: str, subject: str, day: date, data: dict[str, Any], after: list[Draft]) -> Draft:
        """Adds an event; a draft is recorded after its subject was registered."""
        registration = [self.registrations[subject]] if subject in self.registrations else []
        lag = timedelta(
            days=self.random.choice([0, 0, 0, 1, 3, 3, 7, 40, 200]), seconds=self.random.randrange(3600)
        )
        draft = Draft(
            {
                "specversion": "1.0",
                "id": f"{type_}-{len(self.drafts)}",
                "source": "/random",
                "type": type_,
                "subject": subject,
                "time": self.time_on(day),
                "data": data,
            },
            [*registration, *after],
            lag=lag,
        )
        self.drafts.append(draft)
        return draft

    def subject(self) -> str:
        """The unit, or one of its branches."""
        return self.random.choice([UNIT, *self.registrations])

    def organisation(self) -> None:
        """The unit, its branches, their changes and closings."""
        since = self.some_day(FIRST, date(2017, 6, 1)) if self.chance(0.4) else FIRST
        data = self.organisation_data(self.random.choice(["branch", "general_branch", "committee"]))
        self.registrations[UNIT] = self.draft("organization.registered", UNIT, since, data, [])
        for number in range(self.random.choice([0, 0, 1, 2, 3])):
            branch = f"{UNIT}/b{number}"
            opened = self.some_day(since, date(2018, 1, 20)) if self.chance(0.5) else since
            registration = self.draft(
                "organization.registered",
                branch,
                opened,
                self.organisation_data("branch"),
                [self.registrations[UNIT]],
            )
            self.registrations[branch] = registration
            if self.chance(0.3):
                day = self.some_day(opened)
                self.draft(
                    "organization.closed", branch, day, {"reason": "合并"} if self.chance(0.5) else {}, []
                )
        for _ in range(self.random.randrange(4)):
            subject = self.subject()
            changes = self.organisation_data(self.random.choice(["branch", "committee"]))
            if subject != UNIT:
                changes["kind"] = "branch"
            kept = {key: value for key, value in changes.items() if self.chance(0.5)} or {"name": "新名"}
            self.draft(
                "organization.changed", subject, self.some_day(self.registrations[subject].day), kept, []
            )

    def organisation_data(self, kind: str) -> dict[str, Any]:
        data: dict[str, Any] = {"name": f"示范{self.random.randrange(9)}", "kind": kind}
        if self.chance(0.7):
            data["secretary"] = f"m{self.random.randrange(3)}"
        if self.chance(0.3):
            data["has_committee"] = self.chance(0.5)
        if self.chance(0.3):
            data["has_groups"] = self.chance(0.5)
        if self.chance(0.6):
            data["term_ends_on"] = self.some_day(date(2016, 6, 1), date(2018, 6, 1)).isoformat()
        return data

    def routine(self) -> None:
        """What a diligent organisation holds every month, now and then forgotten."""
        if self.chance(0.5):
            return
        regimes = [
            "unified_activity_day",
            "committee_meeting",
            "group_meeting",
            "party_work_meeting",
            "party_lecture",
        ]
        diligence = self.random.choice([0.7, 0.97, 1])
        for subject in list(self.registrations):
            for month in range(1, 13):
                if not self.chance(diligence):
                    continue
                day = date(2017, month, self.random.randrange(1, 28))
                data = {"kinds": [*regimes, "member_meeting"], "topic": "例会", "attendees": "all"}
                if month in (5, 6, 11):
                    data["kinds"] = [*regimes, "member_meeting", "organizational_life_meeting"]
                self.draft("activity.held", subject, day, data, [])
                data = {"outlet": "wujin_education_site", "title": "信息"}
                self.draft("publication.made", subject, day, data, [])

    def elections(self) -> None:
        """Elections and postponements, in time or not."""
        term = self.registrations[UNIT].event["data"].get("term_ends_on")
        if term is not None and self.chance(0.5):
            day = date.fromisoformat(term) + timedelta(days=self.random.randrange(-20, 3))
            if FIRST <= day <= LAST:
                self.draft("election.held", UNIT, day, {"next_term_ends_on": "2022-12-31"}, [])
        for _ in range(self.random.choice([0, 0, 1, 2])):
            ends = self.some_day(date(2017, 2, 1), date(2019, 6, 1)).isoformat()
            if self.chance(0.6):
                held = self.some_day(last=min(LAST, date.fromisoformat(ends) - timedelta(days=1)))
                self.draft("election.held", self.subject(), held, {"next_term_ends_on": ends}, [])
            else:
                data = {"until": ends, "approved_by": "区委教育工委"}
                self.draft("election.postponed", self.subject(), self.some_day(), data, [])

    def members(self) -> None:
        """Joining, moving inside the tree, leaving, coming back; each member's ledger order is the order of days."""
        for number in range(self.random.choice([0, 1, 3, 4])):
            member, day = f"m{number}", self.some_day(FIRST, date(2017, 12, 31))
            here = ""
            for _ in range(self.random.randrange(1, 7)):
                before = [self.chain[member]] if member in self.chain else []
                subject = self.subject()
                if not here:
                    data = {"member": member, **self.flags(0.4)}
                    self.chain[member] = self.draft("member.joined", subject, day, data, before)
                    self.joinings.setdefault(member, self.chain[member])
                    here = subject
                elif self.chance(0.5):
                    data = {"member": member, **(self.flags(0.6) or {"leader": True})}
                    self.chain[member] = self.draft("member.changed", subject, day, data, before)
                else:
                    # A leaving names the subject he is in.
                    self.chain[member] = self.draft("member.left", here, day, {"member": member}, before)
                    here = ""
                    if self.chance(0.5):
                        continue  # a move: he joins another branch on the same day
                day = self.some_day(day, LAST) if self.chance(0.9) else day

    def flags(self, part: float) -> dict[str, Any]:
        names = [name for name in ("leader", "exempt_from_study") if self.chance(part)]
        return {name: self.chance(0.6) for name in names}

    def year_of(self, day: date) -> dict[str, Any]:
        """Now and then the year that something is for is said."""
        return (
            {"for_year": self.random.choice([2017, 2017, day.year, day.year + 1])} if self.chance(0.4) else {}
        )

    def activity(self) -> Draft:
        day = self.some_day()
        after = []
        pool = FREQUENT if self.chance(0.6) else ACTIVITIES
        data: dict[str, Any] = {
            "kinds": sorted({self.random.choice(pool) for _ in range(self.random.randrange(1, 4))})
        }
        data.update(topic="按计划开展", **self.year_of(day))
        known = list(self.joinings)
        if self.chance(0.5):
            data["study_hours"] = self.random.choice(HOURS)
        if self.chance(0.4):
            data["attendees"] = "all"
        elif known and self.chance(0.5):
            chosen = [member for member in known if self.chance(0.6)] or known[:1]
            data["attendees"] = chosen
            after += [self.joinings[member] for member in chosen]
        if known and "party_lecture" in data["kinds"]:
            data["lecturer"] = self.random.choice(known)
            after.append(self.joinings[data["lecturer"]])
        return self.draft("activity.held", self.subject(), day, data, after)

    def document(self) -> Draft:
        day = self.some_day()
        data = {"document": self.random.choice(DOCUMENTS), "title": "材料", **self.year_of(day)}
        if data["document"] == "volunteer_plan" and self.chance(0.7):
            data["target_sessions"] = self.random.randrange(1, 6)
        return self.draft("document.filed", self.subject(), day, data, [])

    def publication(self) -> Draft:
        data: dict[str, Any] = {"outlet": self.random.choice(OUTLETS), "title": "信息"}
        if self.chance(0.3):
            data["feature"] = self.chance(0.8)
        return self.draft("publication.made", self.subject(), self.some_day(), data, [])

    def honor(self) -> Draft:
        data = {"honor": self.random.choice(HONORS), "level": self.random.choice(LEVELS), "title": "荣誉"}
        if self.chance(0.5):
            data["work"] = f"w{self.random.randrange(3)}"
        return self.draft("honor.received", self.subject(), self.some_day(), data, [])

    def condition(self) -> Draft:
        value = self.random.choice(["yes", "yes", "no", "not_applicable"])
        data = {"condition": self.random.choice(CONDITIONS), "value": value}
        return self.draft("condition.declared", self.subject(), self.some_day(), data, [])

    def item(self) -> Draft:
        """A request or a finding, and usually what answers it."""
        opening, answering, name, text = self.random.choice(
            [
                ("request.issued", "request.answered", "request", "title"),
                ("finding.raised", "finding.rectified", "finding", "text"),
            ]
        )
        key = f"key-{len(self.drafts)}"
        day = self.some_day()
        due = day + timedelta(days=self.random.randrange(60))
        data = {name: key, text: "报送", "due_on": due.isoformat()}
        opened = self.draft(opening, self.subject(), day, data, [])
        if self.chance(0.7):
            answered = min(due + timedelta(days=self.random.randrange(-10, 30)), LAST)
            self.draft(answering, self.subject(), max(answered, day), {name: key}, [opened])
        return opened

    def judgement(self) -> Draft:
        day = self.some_day()
        data = {
            "clause": self.random.choice(JUDGED),
            "deduct": self.random.choice([1, 0.5, "0.25", 2]),
            "reason": "检查",
        }
        # While two years can be judged it says which, and of a year that is judged it says nothing more.
        years = [2017, 2017, day.year + 1] if day <= JUDGED_UNTIL else [2018, day.year + 1]
        said = {"for_year": self.random.choice(years)} if day.year > 2017 else self.year_of(day)
        return self.draft("judgement.passed", self.subject(), day, {**data, **said}, [])

    # -- what later events say of earlier ones -----------------------------------------------------------------

    def review(self) -> None:
        target = self.random.choice(self.drafts)
        if self.chance(0.7):
            wanted = [
                one for one in self.drafts if one.event["type"] in {"honor.received", "publication.made"}
            ]
            target = self.random.choice(wanted or [target])
        if target.event["type"] in {"claim.reviewed", "record.corrected", "record.retracted"}:
            return
        if target.event["id"] in self.retracted:
            return
        verdict = "accepted" if self.chance(0.6) else "returned"
        data = {"record": target.event["id"], "verdict": verdict}
        self.draft("claim.reviewed", UNIT, max(self.some_day(), target.day), data, [target])

    def correct(self, target: Draft) -> None:
        """A correction of the time, of the data, or of both; valid as an event of its type."""
        type_ = target.event["type"]
        parts: dict[str, Any] = {}
        if self.chance(0.6) and not type_.startswith(("member.", "organization.")):
            parts["time"] = self.time_on(self.some_day(FIRST, target.day))
        if type_ == "organization.registered" and self.chance(0.3) and target.day > FIRST:
            parts["time"] = self.time_on(self.some_day(FIRST, target.day))
        if not parts or self.chance(0.5):
            parts["data"] = self.corrected_data(target)
        after = [target, *(self.joinings.values() if type_ == "activity.held" else [])]
        if type_ in MOVABLE and self.chance(0.3):
            parts["subject"] = self.subject()
            after.append(self.registrations[parts["subject"]])
        data = {"record": target.event["id"], "reason": "笔误", **parts}
        self.draft("record.corrected", UNIT, max(self.some_day(), target.day), data, after)

    def corrected_data(self, target: Draft) -> dict[str, Any]:
        """Other data for an event of the same type, about the same thing."""
        type_, data = target.event["type"], dict(target.event["data"])
        pick = self.random.choice
        some_due = self.some_day(target.day, max(target.day, date(2018, 3, 1))).isoformat()
        replacements: dict[str, dict[str, Any]] = {
            "activity.held": {"kinds": [pick(ACTIVITIES)], "attendees": "all", "study_hours": pick(HOURS)},
            "publication.made": {"outlet": pick(OUTLETS)},
            "honor.received": {"level": pick(LEVELS)},
            "condition.declared": {"value": pick(["yes", "no"])},
            "request.issued": {"due_on": some_due},
            "finding.raised": {"due_on": some_due},
            "judgement.passed": {"deduct": pick([0.25, 3])},
        }
        if type_ == "document.filed":
            return {"document": pick(DOCUMENTS), "title": "更正", "for_year": 2017}
        if type_ == "member.joined":
            return {"member": data["member"], **self.flags(0.5)}
        if type_ == "organization.registered":
            return {**self.organisation_data(data["kind"]), "kind": data["kind"]}
        kept = {
            name: value for name, value in replacements[type_].items() if name == "kinds" or self.chance(0.7)
        }
        return {**data, **kept}

    def later_words(self, number: int) -> None:
        """Reviews, corrections and retractions."""
        correctable = {
            "activity.held", "document.filed", "publication.made", "honor.received", "condition.declared",
            "request.issued", "finding.raised", "judgement.passed", "member.joined", "organization.registered",
        }  # fmt: skip
        retractable = correctable - {"member.joined", "organization.registered"} | {
            "request.answered",
            "election.held",
        }
        retracted = self.retracted
        for _ in range(number):
            choice = self.random.randrange(5)
            target = self.random.choice(self.drafts)
            identifier, type_ = target.event["id"], target.event["type"]
            if choice <= 2:
                self.review()
            elif choice == 3 and type_ in correctable and identifier not in retracted:
                self.correct(target)
            elif choice == 4 and type_ in retractable and identifier not in retracted:
                data = {"record": identifier, "reason": "重复"}
                about = [one for one in self.drafts if target in one.after]
                day = max(self.some_day(), target.day)
                retracted[identifier] = self.draft("record.retracted", UNIT, day, data, [target, *about])

    # -- the ledger's order ------------------------------------------------------------------------------------

    def record_all(self) -> list[Draft]:
        """Gives every draft its instant: some days after it happened, and after what it rests on."""
        order: list[Draft] = []
        for draft in self.drafts:  # what a draft rests on was drafted before it
            moment = datetime.combine(draft.day, time(), UTC) + timedelta(days=1) + draft.lag
            draft.recorded = max([moment, *(earlier.recorded_at() for earlier in draft.after)])
            order.append(draft)
        return sorted(order, key=Draft.recorded_at)


def random_history(seed: int) -> History:
    """The history that this seed stands for."""
    author = Author(Random(seed))
    author.organisation()
    author.elections()
    author.members()
    author.routine()
    writers = [author.activity] * 6 + [author.document, author.publication, author.honor, author.condition]
    writers += [author.item, author.judgement, author.document, author.publication]
    for _ in range(author.random.choice([5, 20, 60, 120])):
        author.random.choice(writers)()
    author.later_words(author.random.choice([0, 4, 12, 30]))
    return History(grouped(author.record_all(), author.random), author.drafts)
