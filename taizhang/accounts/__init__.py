"""Who may come in, and what he may do.

roles         the four roles
permissions   the one table: which role may see which page and append which event type, for which units
account       an account as the doors see it
store         the rows; all SQL of this room
passwords     Argon2
single_sign_on by the office's OpenID Connect provider
second_factor what is asked for after the password
entry         coming in: passwords, one-time links, sessions, API tokens, throttling
"""
