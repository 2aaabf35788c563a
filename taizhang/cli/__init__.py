"""The command line (contract §6)."""

from taizhang.cli.main import main

__all__ = ["main"]
