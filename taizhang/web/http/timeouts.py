"""Connections that are kept to time, so that no number of slow visitors holds the server.

- The head of a request (its line and header fields) has to be there whole within `Options.head_seconds`, and is bounded
  in bytes and in fields. The pace of bodies is in `guard`.
- What is left of a body after the answer was given is read for a moment, so that the answer arrives, and no longer.
- Whoever does not take his answer within `Options.answer_seconds` is let go.

Everything here is callbacks of one event loop: no locks.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from taizhang.web.http.options import Options

HEAD_BYTES_MAX = 32 * 1024
FIELDS_MAX = 100
LINGER_SECONDS = 5.0
"""How long what is left of a refused body is still read: a browser shows the answer only if it could send on."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _TooManyFields(Exception):
    pass


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's connection with the bounds above."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        options: Options = self.config.app.state.options  # type: ignore[union-attr]  # the app of `create_app`
        self._head_seconds = options.head_seconds
        self._answer_seconds = options.answer_seconds
        self._in_body = False
        self._head_bytes = 0
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._read_within(self._head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every clock."""
        self._stop_reading_clock()
        self._stop_writing_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; the first byte of the next head starts its clock."""
        if not self._in_body:
            self._head_bytes += len(data)
            if self._reading is None:
                self._read_within(self._head_seconds)
        super().data_received(data)
        if not self._in_body and self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """Begin to answer: the head was in time."""
        self._stop_reading_clock()
        self._in_body = True
        self._head_bytes = 0
        if len(self.headers) > FIELDS_MAX:
            # The parser passes it on, and uvicorn answers 400 and closes.
            raise _TooManyFields
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for the next head, without a clock until it begins: uvicorn closes idle connections."""
        self._stop_reading_clock()
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to close when the answer came before the body's end."""
        super().on_response_complete()
        if self._in_body and not self.pipeline:
            self._read_within(LINGER_SECONDS)

    def pause_writing(self) -> None:
        """Start the clock: the visitor does not take what was sent."""
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(self._answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the clock: he does."""
        self._stop_writing_clock()
        super().resume_writing()

    def _read_within(self, seconds: float) -> None:
        self._stop_reading_clock()
        self._reading = self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        self._reading = None
        if not self.transport.is_closing():
            self.transport.close()

    def _stop_reading_clock(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_writing_clock(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
