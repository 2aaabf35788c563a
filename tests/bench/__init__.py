"""What `make bench` measures: each promised figure beside its target, with the peer and the raw engine in the same run.

`python -m tests.bench [NAME...] [--small]`. A missed target is printed in plain words; the exit status stays 0.
"""
