"""Which rubrics are installed, as a signed note: so that the text of one cannot be changed in its row in silence.

    taizhang/wujin rubrics
    2
    wujin-2018@1 5b1c…
    wujin-2018@2 9f07…

    — taizhang/wujin KRSRUrfR+…

An installed rubric is never changed or removed: each later list begins with the one before it. The list is signed when
a rubric is installed and when a checkpoint is signed, kept in the store, and beside the key, which a store that was
put back or altered does not take along. Its second line is no size of a log with a root after it: it is no checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

from ledger.events.event import recorded_text
from ledger.merkle.proof_error import ProofError
from ledger.problem import Fault
from ledger.signing import rows
from ledger.signing.note import Note, VerifierKey, parse_note
from ledger.signing.signed_log import SignedLog
from ledger.text import Text
from rubric import installed
from rubric.installed import InstalledText
from rubric.schema import Rubric
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger

_LINE = re.compile(r"\S+@\d+ [0-9a-f]{64}", re.ASCII)


def sign_rubrics(log: SignedLog, clock: Clock) -> None:
    """Sign the list of the rubrics installed now, unless that was done; nothing for a ledger without one.

    Raises ProofError where they contradict a list that was signed before: then nothing is signed.
    """
    with log.store.read() as work:
        there = installed.texts(work.connection)
        known = rows.rubric_lists(work.connection)
    if not there:
        return
    signed = _notes(log, known)
    faults = _contradictions(there, signed, log.verifier_keys(), log.origin)
    if faults:
        raise ProofError(faults[0].text)
    text = _text(log.origin, there)
    if any(note.text == text for note in signed):
        return
    note = Note(text, (log.key().sign(text),))
    with log.store.write() as work:
        rows.keep_rubric_list(work.connection, len(there), str(note), recorded_text(clock()))
    log.key_file.keep_rubric_list(str(note))


def install_rubric(session: OpenLedger, content: bytes, name: str, replaces: str | None = None) -> Rubric:
    """Keep the rubric in *content* in the ledger, and sign for it where there is a key. Raises RubricRefused."""
    rubric = session.install(content, name, replaces)
    if session.log.key_file.path.exists():
        # Where it cannot be signed now, the next checkpoint does it, or says why not.
        with suppress(ProofError, OSError):
            sign_rubrics(session.log, session.clock)
    return rubric


def check_rubrics(log: SignedLog, there: Sequence[InstalledText]) -> tuple[int, list[Fault]]:
    """Hold the installed rubrics to every list that was signed; return how many of them a list vouches for.

    Raises ProofError for a list that is none, or that nobody we know has signed.
    """
    with log.store.read() as work:
        known = rows.rubric_lists(work.connection)
    signed = _notes(log, known)
    faults = _contradictions(there, signed, log.verifier_keys(), log.origin)
    return max((len(_lines(note)) for note in signed), default=0), faults


def digest_of(text: str) -> str:
    """Return the SHA-256 (hex) of a rubric file's text."""
    return sha256(text.encode()).hexdigest()


def _notes(log: SignedLog, known: Sequence[str]) -> list[Note]:
    beside = log.key_file.rubric_list()
    contents = [*(each.encode() for each in known), *([beside] if beside is not None else [])]
    return [parse_note(content) for content in contents]


def _contradictions(
    there: Sequence[InstalledText], signed: Sequence[Note], keys: Sequence[VerifierKey], origin: str
) -> list[Fault]:
    now = {f"{each.id}@{each.version}": digest_of(each.text) for each in there}
    said: dict[str, str] = {}
    for note in signed:
        note.signed_by(keys)
        if note.text.split("\n", 1)[0] != _first_line(origin):
            raise ProofError(Text("考核细则的签名清单属于另一个台账"))
        for line in _lines(note):
            label, digest = line.split(" ")
            said[label] = digest
    faults = []
    for label, digest in said.items():
        if label not in now:
            faults.append(Fault(Text("安装过的考核细则 {label} 不在了", label=label)))
        elif now[label] != digest:
            faults.append(
                Fault(
                    Text(
                        "考核细则 {label} 的内容与安装时签名的不同（当时 {then}…，现在 {now}…）",
                        label=label,
                        then=digest[:12],
                        now=now[label][:12],
                    )
                )
            )
    return faults


def _first_line(origin: str) -> str:
    return f"{origin} rubrics"


def _text(origin: str, there: Sequence[InstalledText]) -> str:
    lines = [f"{each.id}@{each.version} {digest_of(each.text)}" for each in there]
    return "".join(f"{line}\n" for line in (_first_line(origin), str(len(there)), *lines))


def _lines(note: Note) -> list[str]:
    _first, count, *lines = note.text.rstrip("\n").split("\n")
    if count != str(len(lines)) or not all(map(_LINE.fullmatch, lines)):
        raise ProofError(Text("考核细则的签名清单不完整"))
    return lines
