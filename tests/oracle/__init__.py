"""A slow and plain reference scorer, written from the contract alone.

It reads the whole event list again for every question, keeps nothing, and knows nothing of the product's code. Where
the product and this scorer disagree, one of them reads the contract wrongly.
"""

from tests.oracle.members import members
from tests.oracle.scorecard import scorecard

__all__ = ["members", "scorecard"]
