"""The demonstration: a district's year in a fresh ledger."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add."""
