"""Copies that survive: backups of the whole ledger in a folder, and bringing one back.

sealed      files encrypted with a passphrase, as a stream
shelf       a folder of backups: what lies where, and which stay
making      a backup, consistent while others write, and verified after
restoring   a backup brought back, held to the last checkpoint that anybody knows
"""
