"""One-time links for new accounts by mail: to whom they can go, asking for them, and the job that sends them.

Accounts and contacts know nothing of each other, so that an address can be erased: an account's mailbox is that of the
contact who has the account's name and hears of the same units, and none where two have. The link is made as the mail
is written; one that was made before is void from then on.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from ledger.equal_text import as_compared
from ledger.store.protocol import Transaction
from ledger.text import Text
from reminders.contacts import EVERY_UNIT, Person
from reminders.contacts import Role as Hears
from reminders.delivery import Channel, Doubtful, NotDelivered
from reminders.store.contacts import contacts, person_with_id
from reminders.ticker import Every, Job
from reminders.trial import notice, send_trial
from taizhang.accounts import entry, invitation_rows
from taizhang.accounts import store as account_rows
from taizhang.accounts.account import Account
from taizhang.accounts.administration import one_account
from taizhang.accounts.invitation_rows import Invitation
from taizhang.accounts.roles import ROLE_NAMES, Role
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.app.log_lines import told
from taizhang.app.settings import Settings
from taizhang.jobs.reminders import links_of, mail_of, translate_for

EVERY = timedelta(seconds=20)
TRY_AGAIN_AFTER = timedelta(minutes=15)
"""Twice as long each time."""
TRIES_MAX = 6
A_LOOK_MAX = 200
"""So many mails go out in one run of the job."""
_HEARS_AS = {Role.SECRETARY: Hears.SECRETARY, Role.ASSESSOR: Hears.ASSESSOR, Role.LEADER: Hears.DISTRICT}


def mailboxes(work: Transaction, accounts: list[Account]) -> dict[str, Person]:
    """Return the mailbox of each of *accounts* that has one of its own, by the account's name."""
    by_place: dict[tuple[str, Hears], list[Person]] = {}
    for contact in contacts(work.connection):
        if contact.person.channel == "email":
            by_place.setdefault((contact.unit, contact.role), []).append(contact.person)
    found: dict[str, Person] = {}
    for account in account_rows.everybody(work.connection):
        named = _named(account, by_place)
        if account.active and len(named) == 1:
            found[account.name] = named[0]
    # Two accounts of one name at one unit: nobody knows whose mailbox it is.
    often = Counter(person.id for person in found.values())
    wanted = {account.name for account in accounts}
    return {name: person for name, person in found.items() if name in wanted and often[person.id] == 1}


def _named(account: Account, by_place: dict[tuple[str, Hears], list[Person]]) -> list[Person]:
    """Return who hears of what is the account's, under its name."""
    hears = _HEARS_AS.get(account.role)
    if hears is None:
        return []
    places = sorted(account.units) if account.role is Role.SECRETARY else [EVERY_UNIT]
    people = {person.id: person for place in places for person in by_place.get((place, hears), ())}
    name = as_compared(account.display_name)
    return [person for person in people.values() if as_compared(person.name) == name]


def ask_for_links(session: OpenLedger, accounts: list[Account], *, by: str) -> int:
    """Plan a mail with a new link to each of *accounts* that has a mailbox; return how many are new."""
    now = Clock()()
    with session.store.write() as work:
        boxes = mailboxes(work, accounts)
        return sum(
            invitation_rows.ask(work.connection, name, person.id, by, now)
            for name, person in sorted(boxes.items())
        )


def invitations_job(session: OpenLedger, settings: Settings) -> Job:
    """Return the ticker's job that sends them. Raises BadMailSetting."""
    mail = mail_of(settings)

    def send() -> None:
        if mail is not None and session.settings.demo_today is None:
            send_invitations(session, settings, mail)

    return Job("invitations", send, Every(EVERY))


def send_invitations(session: OpenLedger, settings: Settings, mail: Channel) -> None:
    """Send what is planned and due."""
    for _number in range(A_LOOK_MAX):
        with session.store.write() as work:
            invitation = invitation_rows.claim_next(work.connection, Clock()())
            person = person_with_id(work.connection, invitation.person) if invitation is not None else None
        if invitation is None:
            return
        state, wait, problem = _send(session, settings, mail, invitation, person)
        with session.store.write() as work:
            at = Clock()() + wait
            invitation_rows.settle(work.connection, invitation.account, state, at, problem)
        told(f"invitation.{state}", account=invitation.account, attempt=invitation.tries)


def _send(
    session: OpenLedger, settings: Settings, mail: Channel, invitation: Invitation, person: Person | None
) -> tuple[str, timedelta, Text | None]:
    """Return what became of one: its state, how long until it is tried again, and what was wrong."""
    whole = one_account(session.store, invitation.account, now=Clock()())
    if person is None or not whole.account.active or whole.has_password or whole.is_bound:
        return "failed", timedelta(), Text("联系人删掉了，账号停用了，或本人已经进来过")
    token = entry.invite(session.store, invitation.account, now=Clock()(), by=invitation.asked_by)
    link = f"{links_of(settings).base.rstrip('/')}/welcome/{token}"
    try:
        _write_to(mail, settings, whole.account, person, link, session.settings.district)
    except Doubtful as doubtful:
        return "unknown", timedelta(), doubtful.text
    except NotDelivered as refused:
        if refused.lasting or invitation.tries >= TRIES_MAX:
            return "failed", timedelta(), refused.text
        wait = max(refused.wait or timedelta(), TRY_AGAIN_AFTER * 2 ** (invitation.tries - 1))
        return "planned", wait, refused.text
    return "sent", timedelta(), None


def _write_to(
    mail: Channel, settings: Settings, account: Account, person: Person, link: str, district: str
) -> None:
    translate = translate_for(person.language)
    role = translate(ROLE_NAMES[account.role])
    notes = [
        Text("{name}，您好：", name=account.display_name),
        Text(
            "“{district}”给您建了台账账号“{login}”（{role}）。",
            district=district,
            login=account.name,
            role=role,
        )
        if district
        else Text("给您建了台账账号“{login}”（{role}）。", login=account.name, role=role),
        Text(
            "请在 {days} 天之内打开 {link} ，自己设密码；链接只用一次。",
            days=entry.LINK_GOOD_FOR.days,
            link=link,
        ),
        Text("以前收到的链接从现在起作废。不知道这是什么，请不要打开，告诉区里的系统管理员。"),
    ]
    alike, written = notice(
        person.address, person.language, Text("您的台账账号"), notes, translate, Clock()()
    )
    send_trial(mail, alike, written)
