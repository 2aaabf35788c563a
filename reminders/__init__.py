"""What to say, to whom and when: reminders of what is short, while it can still be mended.

`plan` decides (pure), `compose` words it, `delivery` carries it, `send` sees to it that it goes out once. What was
planned, claimed and sent stands in the store (`store/`); the ticker only knocks.
"""
