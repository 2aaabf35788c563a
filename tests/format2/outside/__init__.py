"""Measures from outside, one file each, as somebody who adds one would write it."""
