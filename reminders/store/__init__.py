"""The rows of this room, and all its SQL. Whoever calls owns the connection and the transaction.

What they promise: a person is planned one message a day, and a duty is planned for him at each stage once, by unique
keys; a message is worked on by one sender at a time, by conditional update with a lease; what a sender that died may
have sent is `unknown` and never sent again by itself.
"""
