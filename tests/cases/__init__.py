"""Scenarios as data: events in, figures out. README.md tells how one is written; reading.py and checking.py read it."""
