"""The directory of people: names, telephone and address beside the ledger's opaque member ids.

Personal information stands here and nowhere else, where it can be corrected and erased; the ledger never holds a name.
A member id belongs to a unit's tree (contract §2), so that a person is found by unit and member.

    person      one person, and a unit's directory in memory: who has that name (pure)
    search      what a name is found by: characters, pinyin, its initials (pure)
    store       the table
    erasing     out of the table, and out of the engine's files
"""
