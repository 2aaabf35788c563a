"""A time stamp authority for tests: openssl behind HTTP, with certificates made for the run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_CONFIG = """
[ tsa ]
default_tsa = this
[ this ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""
_EXTENSIONS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"


class Authority:
    """The authority's files in *folder*: `ca.pem` is what everybody trusts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots = folder / "ca.pem"
        self._config = folder / "tsa.cnf"
        (folder / "serial").write_text("01\n")
        self._config.write_text(_CONFIG.format(folder=folder))
        (folder / "tsa.ext").write_text(_EXTENSIONS)
        key = ["-newkey", "rsa:2048", "-nodes"]
        self._openssl(
            "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA"
        )
        self._openssl("req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test TSA")
        self._openssl(
            "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "tsa.ext", "-out", "tsa.pem",
        )  # fmt: skip

    def put_between(self) -> None:
        """Have the signer certified by an authority below the root, whose certificate goes along with every answer."""
        (self.folder / "mid.ext").write_text(
            "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n"
        )
        self._openssl(
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "mid.key", "-out", "mid.csr", "-subj", "/CN=Mid"
        )  # fmt: skip
        for name, signer, extensions in (("mid", "ca", "mid"), ("tsa", "mid", "tsa")):
            self._openssl(
                "x509", "-req", "-in", f"{name}.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key",
                "-CAcreateserial", "-days", "2", "-extfile", f"{extensions}.ext", "-out", f"{name}.pem",
            )  # fmt: skip
        self._config.write_text(self._config.read_text().replace("/ca.pem", "/mid.pem"))

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=120)

    def answer(self, query: bytes) -> bytes:
        """Return the response to an RFC 3161 request."""
        (self.folder / "query.tsq").write_bytes(query)
        command = [
            "openssl",
            "ts",
            "-reply",
            "-config",
            self._config,
            "-queryfile",
            self.folder / "query.tsq",
        ]
        return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve it; gives the address."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["content-length"]))
                assert self.headers["content-type"] == "application/timestamp-query"
                content = authority.answer(query)
                self.send_response(200)
                self.send_header("content-type", "application/timestamp-reply")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/tsr"
            server.shutdown()
