"""What is proved of one record, in words: recorded between when and when, and who outside says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.signing.anchors import anchors_of, gap_since_last, standing
from ledger.store.protocol import Transaction
from ledger.text import Text
from taizhang.language.labels import instant_text


@dataclass(frozen=True, slots=True)
class ProofStatus:
    """The words, and whether somebody outside has seen the record."""

    sentences: tuple[Text, ...]
    outside: bool


def proof_status(work: Transaction, sequence: int, now: datetime) -> ProofStatus:
    """Return what is proved of the event of *sequence*, in the open reading transaction."""
    anchors = anchors_of(work.stream(""))
    found = standing(sequence, anchors)
    sentences = []
    if found.after is not None and found.before is not None:
        sentences.append(
            Text(
                "可证明在 {after} 之后、{before} 之前记入。",
                after=instant_text(found.after.instant),
                before=instant_text(found.before.instant),
            )
        )
    elif found.before is not None:
        sentences.append(Text("可证明在 {before} 之前记入。", before=instant_text(found.before.instant)))
    elif found.after is not None:
        sentences.append(
            Text(
                "可证明在 {after} 之后记入；还没有外部见证它已经在台账里。",
                after=instant_text(found.after.instant),
            )
        )
    if found.witnesses:
        sentences.append(Text("见证：{who}。", who=list(found.witnesses)))
    if found.seen is not None:
        sentences.append(
            Text(
                "{who} 于 {when} 见到的第 {size} 号检查点里已有这条记录（即台账的前 {size} 条）。",
                who=found.seen.name,
                when=instant_text(found.seen.instant),
                size=found.seen.size,
            )
        )
    gap = gap_since_last(anchors, now)
    if gap is None:
        sentences.append(Text("台账还没有外部存证：记入时间只有台账自己的时钟为证。"))
    elif found.before is None:
        sentences.append(Text("距台账最近一次外部存证 {days} 天。", days=gap.days))
    return ProofStatus(tuple(sentences), found.before is not None)
