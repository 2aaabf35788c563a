"""What a secretary types <-> client events. Pure: nothing here knows a request, opens a file or reads a clock.

    situation   the unit as it stands today: branches, members, what is asked of it, its last records
    fields      one field: its label, its choices, what it says when it cannot be read
    form        a form: its fields with their defaults, typed values -> drafts of events, a record -> typed values
    activity, papers, conditions, answers, terms, members, organizations, oversight     the forms, one family a file
    forms       every form by its key
    catalogue   what there is to choose from, in the words and sections of the rubric, the commonest first
    leading     from a clause that is short to the form that mends it, filled in
    drafting    drafts -> client events, with ids that stay the same when a form is sent twice

Typed values are what a browser sends: every name with the texts that were given for it.
"""
