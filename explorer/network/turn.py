"""Whose turn it is: one pass at a time through modules that all threads share.

Each hook answers only to the thread that set it; a pass may begin inside another's hook on the same
thread.

The same turn is for whoever needs the process's random numbers to himself, as building an untrained
network does.
"""

from __future__ import annotations

import threading

turn = threading.RLock()
