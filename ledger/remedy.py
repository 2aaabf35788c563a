"""What would mend a fault, in the terms of no door: each door says how its own users do it, or says nothing."""

from __future__ import annotations

from enum import StrEnum


class Remedy(StrEnum):
    """What is to be done about something that went wrong; the door's own words for it follow the message."""

    CHECK_ADDRESS = "check_address"
    """Look at the address of the store."""
    CHECK_KEY_FILE = "check_key_file"
    """Look at which key file is meant."""
    VERIFY = "verify"
    """Check the ledger as a whole."""
    VERIFY_TILES = "verify_tiles"
    """Check a folder of tiles."""
    WRITE_TILES = "write_tiles"
    """Write a folder of tiles."""
    ROTATE_KEY = "rotate_key"
    """Give the log a new key; what the old one signed stays provable."""
    SHOW_KEY = "show_key"
    """Take the verifier key as the program prints it."""
    ACCEPT_MISSING = "accept_missing"
    """Say that events that cannot be found again are known to be missing."""
    LIST_RUBRICS = "list_rubrics"
    """See which rubrics are installed."""
    INSTALL_RUBRIC = "install_rubric"
    """Install a rubric."""
    FINISH_COPY = "finish_copy"
    """Copy once more: a copy goes on where it stopped."""
