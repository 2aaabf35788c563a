"""One workbook for a whole district: units, branches, accounts, contacts and members, on the way in.

columns     which sheet is which, and what its columns are
known       what the ledger and the lists beside it hold already
reading     the rows, held against what is known: what would be new, what is there, what is wrong in which row
recording   all of it, or nothing
template    the workbook to fill in
"""
