"""What the review pages take from addresses and forms, each with its bound."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query

Short = Annotated[str, Query(max_length=100)]
Year = Annotated[int | None, Query(ge=1950, le=2999)]
FormYear = Annotated[int, Form(ge=1950, le=2999)]
Typed = Annotated[str, Form(max_length=2000)]
Brief = Annotated[str, Form(max_length=200)]
FormId = Annotated[str, Form(max_length=100)]
