"""The doors of the ledger: settings, wording, the command line, the pages and the API."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    # Read when asked for: looking up an installed package's version takes a command a tenth of its time.
    if name == "__version__":
        from importlib.metadata import version

        return version("taizhang")
    raise AttributeError(name)
