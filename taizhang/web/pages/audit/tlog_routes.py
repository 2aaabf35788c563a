"""`/tlog/`: the log as C2SP tlog-tiles, read-only, for auditors and their tools (with an API token).

Tiles are made from the store when they are asked for; none of a size that no checkpoint was signed for.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ledger.merkle.tiles import bundled, is_there, parse_tile_path
from ledger.store import statements
from ledger.store.log import StoredSubtrees
from ledger.text import Text
from taizhang.language.i18n import say
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.errors import answer

router = APIRouter(prefix="/tlog", dependencies=[Depends(May("tlog"))])

FULL = "private, max-age=31536000, immutable"
"""What never changes; private, because it is for auditors only."""


@router.get("/checkpoint")
def checkpoint(session: Ledger) -> Response:
    """Sign and show the present state."""
    return PlainTextResponse(str(session.log.checkpoint()), headers={"cache-control": "no-store"})


@router.get("/key")
def key(session: Ledger) -> Response:
    """Show the verifier keys, the present one first."""
    present = session.log.key().verifier
    earlier = [each for each in session.log.verifier_keys() if each != present]
    return PlainTextResponse("".join(f"{each}\n" for each in (present, *earlier)))


@router.get("/tile/{path:path}")
def tile(request: Request, session: Ledger, path: str) -> Response:
    """Show a tile of hashes or a bundle of entries."""
    asked = parse_tile_path(f"tile/{path}")
    with session.store.read() as work:
        size = work.tree().size
        if asked is None or not is_there(asked, size):
            return answer(request, 404, say(Text("日志里没有这个文件")))
        if asked.level is None:
            page = work.connection.execute(statements.PAGE, (asked.first, asked.first + asked.width))
            content = bundled(body for _sequence, body in page.fetchall())
        else:
            hashes = StoredSubtrees(work.connection).hashes(asked.level, asked.first, asked.width)
            content = b"".join(hashes)
    return Response(content, media_type="application/octet-stream", headers={"cache-control": FULL})
