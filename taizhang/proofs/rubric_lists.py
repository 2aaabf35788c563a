"""Which rubrics were installed, as a signed note, from before they were events: a list is held to the events still.

    taizhang/wujin rubrics
    2
    wujin-2018@1 5b1c…
    wujin-2018@2 9f07…

    — taizhang/wujin KRSRUrfR+…

Each later list begins with the one before it. They are kept in the store and beside the key, and nobody signs new ones:
what an event says, checkpoints vouch for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ledger.merkle.proof_error import ProofError
from ledger.problem import Fault
from ledger.signing import rows
from ledger.signing.note import Note, VerifierKey, parse_note
from ledger.signing.signed_log import SignedLog
from ledger.text import Text

_LINE = re.compile(r"\S+@\d+ [0-9a-f]{64}", re.ASCII)


def check_rubrics(log: SignedLog, there: Mapping[str, str]) -> list[Fault]:
    """Hold the rubrics that were ever installed (`id@version`, SHA-256) to every list that was signed.

    Raises ProofError for a list that is none, or that nobody we know has signed.
    """
    with log.store.read() as work:
        known = rows.rubric_lists(work.connection)
    signed = _notes(log, known)
    return _contradictions(there, signed, log.verifier_keys(), log.origin)


def _notes(log: SignedLog, known: Sequence[str]) -> list[Note]:
    beside = log.key_file.rubric_list()
    contents = [*(each.encode() for each in known), *([beside] if beside is not None else [])]
    return [parse_note(content) for content in contents]


def _contradictions(
    now: Mapping[str, str], signed: Sequence[Note], keys: Sequence[VerifierKey], origin: str
) -> list[Fault]:
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


def _lines(note: Note) -> list[str]:
    _first, count, *lines = note.text.rstrip("\n").split("\n")
    if count != str(len(lines)) or not all(map(_LINE.fullmatch, lines)):
        raise ProofError(Text("考核细则的签名清单不完整"))
    return lines
