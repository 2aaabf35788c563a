"""The one name for JSON objects whose fields something else defines: a model of `events/data.py`, or the contract.

Who makes a document says what is in it (`dict[str, object]` where nobody here reads it again). Who reads event data or
a document by its keys reads what was checked on its way in: only these names say “anything”.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JsonObject = dict[str, Any]
JsonMapping = Mapping[str, Any]
