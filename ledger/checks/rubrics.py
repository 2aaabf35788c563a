"""Whether a rubric may be installed or withdrawn: the file is what its digest says, and the rubrics there allow it."""

from __future__ import annotations

from hashlib import sha256

from ledger.checks.check import Check
from ledger.events.packed import unpack
from ledger.text import Text


def check_installed(check: Check) -> None:
    """The file has the digest that the event names, and the vocabulary's owner takes it."""
    digest = sha256(unpack(check.data["file"])).hexdigest()
    if digest != check.data["sha256"]:
        check.blame(
            "data.sha256",
            Text("与文件的内容不符：文件的 SHA-256 是 {digest}", digest=digest),
        )
        return
    check_fitting(check)


def check_fitting(check: Check) -> None:
    """The rubrics that are there allow it; what is stored already is not asked again."""
    if check.is_new and check.vocabulary is not None:
        for field, text in check.vocabulary.rubric_problems(check.type, check.data):
            check.blame(field, text)
