"""Costly work in processes of its own: a hostile input can take only what the process is given.

bounds   how much processor, time, memory and output one job may take
worker   the server's side: starts a process, hands it jobs, counts what comes back, ends it with all that it started
child    the process's side: sets its own limits, then does jobs one after another

A job is a function ``(payload: bytes) -> Iterable[bytes]`` that is named as ``package.module:function``. Only bytes
come back, and whoever reads them need not trust them. How many wait is for the door (`taizhang.web.http.queues`).
"""
