"""The doors of the ledger: settings, wording, the command line (later: pages and API)."""
