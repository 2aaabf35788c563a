"""The doors of the ledger: settings, wording, the command line, the pages and the API."""

from importlib.metadata import version

__version__ = version("taizhang")
