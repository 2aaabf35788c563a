"""The outbox: planning, claiming by conditional update, and marking what became of a message."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from ledger.events.event import recorded_text
from ledger.store.sql import Connection
from ledger.text import Text

from ..contacts import Role
from ..outbox import LEASE, Delivery, Message, State
from ..plan import Draft, Item, Telling

_COLUMNS = "id, person, day, channel, quarter, state, attempts, sent_at, subject, problem, next_try"
_WAITING = "(state = 'planned' AND (next_try IS NULL OR next_try <= ?) OR state = 'failed' AND next_try <= ?)"


def keep_draft(connection: Connection, draft: Draft, told: Telling, now: datetime) -> str | None:
    """Plan a message; return its id, None when there is nothing left to plan.

    What another run planned meanwhile stays its own: a person has one message a day, and what is *told* already, as
    read in this transaction, is left out. What waits undelivered from earlier days is taken up.
    """
    person, day = draft.person.id, draft.day.isoformat()
    items = [item for place, item in draft.items.items() if not told.includes(place, item.stage)]
    if not items:
        return None
    message = sha256(f"{person} {day}".encode()).hexdigest()[:24]
    made = connection.execute(
        "INSERT INTO reminder_messages (id, person, day, channel, quarter, planned_at, state, attempts, told, subject,"
        " items) VALUES (?, ?, ?, ?, ?, ?, 'planned', 0, 0, '', ?) ON CONFLICT DO NOTHING",
        (message, person, day, draft.person.channel, draft.quarter, recorded_text(now), _items_text(items)),
    ).rowcount
    if not made:
        return None
    older = connection.execute(
        "UPDATE reminder_messages SET state = 'obsolete' WHERE person = ? AND day < ?"
        " AND state IN ('planned', 'failed') RETURNING items",
        (person, day),
    ).fetchall()
    if older:
        taken_up = [item for (text,) in older for item in _items(text)]
        _write_items(connection, message, [*taken_up, *items])
    return message


def telling(connection: Connection, since: date) -> Telling:
    """Return what was planned to be told on *since* or later."""
    rows = connection.execute(
        "SELECT person, items FROM reminder_messages WHERE day >= ?", (since.isoformat(),)
    ).fetchall()
    return Telling(
        ((person, item.unit, item.clause, item.key, item.due.isoformat()), item.stage)
        for person, text in rows
        for item in _items(text)
    )


def retry_now(connection: Connection, now: datetime) -> None:
    """Let everything that failed be tried again at once."""
    connection.execute(
        "UPDATE reminder_messages SET next_try = ? WHERE state IN ('planned', 'failed')",
        (recorded_text(now),),
    )


def claim(
    connection: Connection, sender: str, now: datetime, waiting_since: datetime, most: int
) -> list[Message]:
    """Claim for *sender* up to *most* messages whose next try was due at *waiting_since*."""
    instant = recorded_text(waiting_since)
    rows = connection.execute(
        "UPDATE reminder_messages SET state = 'claimed', claimed_by = ?, lease_until = ?, handed_at = NULL,"  # noqa: S608
        " attempts = attempts + 1 WHERE id IN (SELECT id FROM reminder_messages"
        f" WHERE {_WAITING} ORDER BY day, id LIMIT ?) AND {_WAITING} RETURNING {_COLUMNS}",
        (sender, recorded_text(now + LEASE), instant, instant, most, instant, instant),
    ).fetchall()
    return sorted((_message(row) for row in rows), key=lambda message: (message.day, message.id))


def any_waiting(connection: Connection, waiting_since: datetime) -> bool:
    """Return whether there is something to claim."""
    instant = recorded_text(waiting_since)
    row = connection.execute(
        f"SELECT 1 FROM reminder_messages WHERE {_WAITING} LIMIT 1",  # noqa: S608 - our own names
        (instant, instant),
    ).fetchone()
    return row is not None


def hand_over(connection: Connection, message: str, sender: str, now: datetime) -> bool:
    """Note that *sender* hands the message over now; False when it is not his any more."""
    changed = connection.execute(
        "UPDATE reminder_messages SET handed_at = ?, lease_until = ? WHERE id = ? AND claimed_by = ?"
        " AND state = 'claimed' AND handed_at IS NULL AND lease_until > ?",
        (recorded_text(now), recorded_text(now + LEASE), message, sender, recorded_text(now)),
    )
    return changed.rowcount == 1


def mark(
    connection: Connection,
    message: str,
    sender: str,
    state: State,
    *,
    problem: Text | None = None,
    next_try: datetime | None = None,
    sent_at: datetime | None = None,
    subject: str = "",
    refund: bool = False,
) -> bool:
    """Write what became of a claimed message; False when it is not *sender*'s any more.

    Who knows that it was sent may say so also after his lease ran out. With *refund* the attempt does not count.
    """
    changed = connection.execute(
        "UPDATE reminder_messages SET state = ?, problem = ?, next_try = ?, sent_at = ?, lease_until = NULL,"
        " attempts = attempts - ?, subject = CASE WHEN ? = '' THEN subject ELSE ? END"
        " WHERE id = ? AND claimed_by = ? AND (state = 'claimed' OR state = 'unknown' AND ? = 'sent')",
        (
            state.value, _problem_text(problem), recorded_text(next_try) if next_try else None,
            recorded_text(sent_at) if sent_at else None, int(refund), subject, subject, message, sender, state.value,
        ),
    )  # fmt: skip
    return changed.rowcount == 1


def recover(connection: Connection, now: datetime, repeatable: Sequence[str] = ()) -> list[str]:
    """Take from senders that died what they had claimed; return the ids of what they may have sent.

    What was not handed over is planned again. What was, is unknown, unless its channel is among *repeatable*: then it
    is sent again, and the channel removes the duplicate.
    """
    instant = recorded_text(now)
    connection.execute(
        "UPDATE reminder_messages SET state = 'planned', next_try = NULL, lease_until = NULL, claimed_by = NULL,"
        " attempts = attempts - 1 WHERE state = 'claimed' AND lease_until <= ? AND handed_at IS NULL",
        (instant,),
    )
    for channel in repeatable:
        connection.execute(
            "UPDATE reminder_messages SET state = 'failed', next_try = ?, lease_until = NULL"
            " WHERE state = 'claimed' AND lease_until <= ? AND channel = ?",
            (instant, instant, channel),
        )
    rows = connection.execute(
        "UPDATE reminder_messages SET state = 'unknown', lease_until = NULL, problem = ?"
        " WHERE state = 'claimed' AND lease_until <= ? RETURNING id",
        (_problem_text(Text("发送中途中断，不知是否已送达；请问过收件人再决定是否重发")), instant),
    ).fetchall()
    return sorted(id_ for (id_,) in rows)


def resend(connection: Connection, message: str) -> bool:
    """Plan a message anew at the operator's word; False when there is none, or it is being sent just now."""
    changed = connection.execute(
        "UPDATE reminder_messages SET state = 'planned', next_try = NULL, attempts = 0, claimed_by = NULL,"
        " problem = NULL, told = 0 WHERE id = ? AND state <> 'claimed'",
        (message,),
    )
    return changed.rowcount == 1


def note_post(connection: Connection, person: str, message: str, now: datetime) -> None:
    """Note that something is posted to a channel that counts; what is older than an hour is forgotten."""
    hour_ago = recorded_text(now - timedelta(hours=1))
    connection.execute("DELETE FROM reminder_posts WHERE person = ? AND at < ?", (person, hour_ago))
    connection.execute(
        "INSERT INTO reminder_posts (person, at, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (person, recorded_text(now), message),
    )


def posts_since(connection: Connection, person: str, since: datetime) -> int:
    """Return how often something was posted to a person's channel since an instant."""
    (count,) = connection.execute(
        "SELECT count(*) FROM reminder_posts WHERE person = ? AND at > ?", (person, recorded_text(since))
    ).fetchone()
    return int(count)


def messages(
    connection: Connection, states: Iterable[State] = (), person: str | None = None, limit: int | None = None
) -> list[Message]:
    """Return messages, the latest day first: of some states or all, of one person or all."""
    wanted = [state.value for state in states]
    conditions = [f"state IN ({', '.join('?' * len(wanted))})"] if wanted else []
    values: list[object] = list(wanted)
    if person is not None:
        conditions.append("person = ?")
        values.append(person)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    values.append(limit if limit is not None else 2**31)
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM reminder_messages{where} ORDER BY day DESC, id LIMIT ?",  # noqa: S608 - our own names
        values,
    )
    return [_message(row) for row in rows.fetchall()]


def counts(connection: Connection) -> dict[str, int]:
    """Return how many messages there are in each state."""
    rows = connection.execute("SELECT state, count(*) FROM reminder_messages GROUP BY state ORDER BY state")
    return {state: int(count) for state, count in rows.fetchall()}


def delivery(connection: Connection, since: date) -> Delivery:
    """Return how the outbox is: what waits, from when on, and what of the messages since a day did not arrive."""
    waiting, oldest = connection.execute(
        "SELECT count(*), min(planned_at) FROM reminder_messages"
        " WHERE state IN ('planned', 'claimed') OR state = 'failed' AND next_try IS NOT NULL"
    ).fetchone()
    rows = connection.execute(
        "SELECT state, count(*) FROM reminder_messages WHERE day >= ? AND state IN ('failed', 'unknown')"
        " GROUP BY state",
        (since.isoformat(),),
    ).fetchall()
    lately = dict(rows)
    return Delivery(int(waiting), oldest, int(lately.get("failed", 0)), int(lately.get("unknown", 0)))


def messages_of_day(connection: Connection, day: date) -> list[Message]:
    """Return every message of a day, by id."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM reminder_messages WHERE day = ? ORDER BY id",  # noqa: S608 - our own names
        (day.isoformat(),),
    )
    return [_message(row) for row in rows.fetchall()]


def find_beginning(connection: Connection, beginning: str) -> list[Message]:
    """Return the messages whose id begins so, two at most."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM reminder_messages WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 2",  # noqa: S608
        (len(beginning), beginning),
    )
    return [_message(row) for row in rows.fetchall()]


def items(connection: Connection, message: str) -> list[Item]:
    """Return what a message speaks of, by unit, due day and clause."""
    row = connection.execute("SELECT items FROM reminder_messages WHERE id = ?", (message,)).fetchone()
    return (
        sorted(_items(row[0]), key=lambda item: (item.unit, item.due, item.clause, item.key)) if row else []
    )


def drop_items(connection: Connection, message: str, done: Collection[Item]) -> None:
    """Remove what a message does not speak of after all: it was met before it was sent."""
    if done:
        _write_items(connection, message, [item for item in items(connection, message) if item not in done])


def _write_items(connection: Connection, message: str, kept: Sequence[Item]) -> None:
    connection.execute("UPDATE reminder_messages SET items = ? WHERE id = ?", (_items_text(kept), message))


def _items_text(items: Sequence[Item]) -> str:
    return orjson.dumps([tuple(item) for item in items]).decode()


def _items(text: str) -> list[Item]:
    return [
        Item(unit, Role(role), rubric, clause, key, date.fromisoformat(due), stage)
        for unit, role, rubric, clause, key, due, stage in orjson.loads(text)
    ]


def untold(connection: Connection) -> list[Message]:
    """Return what was sent and has no `reminder.sent` event yet."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM reminder_messages WHERE state = 'sent' AND told = 0 ORDER BY sent_at, id"  # noqa: S608
    ).fetchall()
    return [_message(row) for row in rows]


def mark_told(connection: Connection, message: str) -> None:
    """Note that the ledger knows of the message."""
    connection.execute("UPDATE reminder_messages SET told = 1 WHERE id = ?", (message,))


def _message(row: Any) -> Message:
    id_, person, day, channel, quarter, state, attempts, sent_at, subject, problem, next_try = row
    return Message(
        id_, person, date.fromisoformat(day), channel, quarter, State(state), attempts, sent_at, subject,
        _problem(problem), next_try,
    )  # fmt: skip


def _problem_text(problem: Text | None) -> str | None:
    if problem is None:
        return None
    return orjson.dumps(
        [problem.message, {name: str(value) for name, value in problem.values.items()}]
    ).decode()


def _problem(text: str | None) -> Text | None:
    if text is None:
        return None
    message, values = orjson.loads(text)
    return Text(message, **values)
