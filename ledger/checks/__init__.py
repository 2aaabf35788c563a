"""Whether an event fits what the ledger holds already: subjects, members, keys, records, codes (contract §2, §3).

Pure: a `UnitState` is what one unit's stream amounts to, folded in ledger order; the checks read it and write
problems into a draft; what looks back at the whole stream (`lookback`) is handed the events.
"""
