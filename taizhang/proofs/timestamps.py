"""Time stamps by an authority (RFC 3161) over a signed checkpoint.

What is stamped are the bytes of the note as they stand in the anchor: `openssl ts -verify -data NOTE -in TOKEN`
checks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ledger.merkle.proof_error import ProofError
from ledger.text import Text
from taizhang.proofs.certificate_order import with_certificates_sorted

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 30.0
TOKEN_BYTES_MAX = 32_768
"""A token goes into an event of at most 65,535 bytes, in Base64."""
SHA256 = "2.16.840.1.101.3.4.2.1"


def stamp(
    content: bytes, address: str, roots: Sequence[x509.Certificate], client: httpx.Client
) -> tuple[bytes, datetime]:
    """Return the response of the authority at *address* for *content*, checked, and its instant.

    Raises ProofError for an answer that does not hold, httpx.HTTPError when there is none.
    """
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = client.post(
        address,
        content=request.as_bytes(),
        headers={"content-type": "application/timestamp-query"},
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    if len(answer.content) > TOKEN_BYTES_MAX:
        raise ProofError(Text("时间戳应答太大（{bytes} 字节）", bytes=len(answer.content)))
    instant = stamped_at(content, answer.content, roots, request.nonce)
    return answer.content, instant


def stamped_at(
    content: bytes, response: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None
) -> datetime:
    """Return the instant at which *response* says that *content* was there; raises ProofError when it does not.

    Without *roots* it is read and compared, but nobody's signature is checked: so it proves nothing yet.
    """
    try:
        decoded = decode_timestamp_response(with_certificates_sorted(response))
        if PKIStatus(decoded.status) != PKIStatus.GRANTED:
            raise ProofError(Text("时间戳服务拒绝了请求：{reason}", reason="、".join(decoded.status_string)))
        imprint = decoded.tst_info.message_imprint
        if imprint.hash_algorithm.dotted_string != SHA256 or imprint.message != sha256(content).digest():
            raise ProofError(Text("时间戳不是这个检查点的"))
        if roots:
            _verify(decoded, content, roots, nonce)
        return decoded.tst_info.gen_time
    except (ValueError, VerificationError) as error:
        raise ProofError(Text("时间戳不成立：{reason}", reason=str(error))) from error


def _verify(
    response: TimeStampResponse, content: bytes, roots: Sequence[x509.Certificate], nonce: int | None
) -> None:
    # The certificates in the token help to build the chain and no more: the builder's own `intermediates` would be
    # trusted, and a root that a forger sends along with them.
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    builder.build().verify_message(response, content)


def read_roots(path: Path | None) -> list[x509.Certificate]:
    """Return the certificates in a PEM file; none for None. Raises ProofError when there are none in it."""
    if path is None:
        return []
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise ProofError(Text("{path} 里没有 PEM 格式的证书", path=str(path))) from None
