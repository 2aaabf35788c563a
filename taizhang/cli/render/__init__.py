"""Results drawn for people at a terminal, from the documents that `--json` would print."""
