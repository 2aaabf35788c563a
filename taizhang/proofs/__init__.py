"""Proofs that need the outside: witnesses, time stamps, the daily anchor, and the check of everything together."""
