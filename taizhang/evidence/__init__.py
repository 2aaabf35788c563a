"""Evidence: attached files (minutes, photos), kept outside the store by their content and never demanded.

    kinds      what a file is by its content, whatever its name says; what is not on the list is refused
    packages   what an office file packed as a ZIP is, by its own table of contents
    archive    how much a ZIP (as .docx and .xlsx are) really unpacks to
    naming     a file's name without paths, fit for the ledger and for a download
    folder     the folder: each content once, under its SHA-256
    attaching  the `evidence.attached` event

The ledger holds digest, type, size and name of a file; its content can be erased without touching the ledger.
"""
