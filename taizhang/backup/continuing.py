"""A folder of backups belongs to one ledger, and each backup goes on from the one before: proved, not believed.

A store that was not there (a disk that is not mounted, a typo) or that was put back must not rotate good backups out.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ledger.merkle.proof_error import ProofError
from ledger.problem import StoreError
from ledger.remedy import Remedy
from ledger.signing.checkpoint import read_checkpoint
from ledger.signing.signed_log import SignedLog
from ledger.store.log import fact_of, keep_fact
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.backup.folder import ABOUT, Shelved
from taizhang.backup.manifest import Manifest

_FOLDER = "backups in "
"""The name of the fact that a ledger has backups in a folder begins so."""


def check_continues(log: SignedLog, former: Sequence[Shelved]) -> None:
    """Raise ProofError unless the ledger of *log* is that of the backups *former*, and goes on from the newest."""
    if not former:
        return
    newest = former[-1]
    said = newest.signed.manifest
    origin = _origin_of(said)
    if origin is not None and origin != log.origin:
        raise ProofError(
            Text(
                "这个文件夹里是 {theirs} 的备份，这个台账是 {ours}；请另用一个空文件夹",
                theirs=origin,
                ours=log.origin,
            )
        )
    with log.store.read() as work:
        tree = work.tree()
        if said.events > tree.size:
            raise ProofError(
                Text(
                    "备份 {name} 有 {known} 条事件，台账只有 {size} 条：台账不对，或退回到了较早的状态。没有备份，"
                    "也没有删去什么；请核对台账的地址，确实要从这里重新开始的，请另用一个空文件夹",
                    name=newest.path.name,
                    known=said.events,
                    size=tree.size,
                ),
                remedy=Remedy.CHECK_ADDRESS,
            )
        if tree.root(said.events).hex() != said.root:
            raise ProofError(
                Text(
                    "台账的前 {known} 条事件与备份 {name} 不同：不是同一个台账，或有被改动的。没有备份，"
                    "也没有删去什么；请核验台账，并另用一个空文件夹",
                    name=newest.path.name,
                    known=said.events,
                ),
                remedy=Remedy.VERIFY,
            )


def _origin_of(manifest: Manifest) -> str | None:
    if manifest.ledger:
        return manifest.ledger
    # Older versions named the ledger in the checkpoint only.
    return (
        read_checkpoint(manifest.checkpoint.encode())[0].origin if manifest.checkpoint is not None else None
    )


def remember_folder(session: OpenLedger, folder: Path) -> None:
    """Remember with the ledger that it has backups in *folder*."""
    name = f"{_FOLDER}{folder.absolute()}"
    with session.store.read() as work:
        if fact_of(work.connection, name) is not None:
            return
    # A ledger that is only read cannot remember it.
    with suppress(StoreError), session.store.write() as work:
        keep_fact(work.connection, name, "1")


def check_folder(session: OpenLedger, folder: Path) -> None:
    """Raise ProofError when there were backups of the ledger in *folder* and now there is nothing: a missing disk."""
    if (folder / ABOUT).exists():
        return
    with session.store.read() as work:
        known = fact_of(work.connection, f"{_FOLDER}{folder.absolute()}") is not None
    if known:
        raise ProofError(
            Text(
                "备份的文件夹 {folder} 里原来的备份不见了；磁盘是不是没有挂载？",
                folder=str(folder),
            ),
            remedy=Remedy.NEW_BACKUPS,
        )
