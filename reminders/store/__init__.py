"""The rows of this room, and all its SQL. Whoever calls owns the connection and the transaction.

What they promise: a person is planned one message a day, by a unique key, and what he was told of at a stage is not
planned again, which is looked up in the planning transaction; a message is worked on by one sender at a time, by
conditional update with a lease; what a sender that died may have sent is `unknown` and never sent again by itself.
"""
