"""What to say, to whom and when: reminders of what is short, while it can still be mended.

Nothing is sent yet: this room is furnished after the score stands. Its arrows will point to the projections, which
already tell what falls due and when (`Projections.shortfalls`).
"""
