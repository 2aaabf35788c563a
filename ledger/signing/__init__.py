"""The transparency log over the ledger's bytes: what can be proved, and how anybody checks it without this program.

    tree, checking        proofs in the Merkle tree, made (RFC 6962) and checked (RFC 9162)
    note, checkpoint      what the ledger signs (C2SP signed-note, tlog-checkpoint, tlog-cosignature)
    tlog_proof, witness   the texts in which proofs are handed over (C2SP tlog-proof, tlog-witness)
    tiles, tile_folder    the log as static files (C2SP tlog-tiles)

The leaf of an event is its stored bytes, its index is its sequence less one.
"""
