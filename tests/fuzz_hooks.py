"""What schemathesis must know of this service; named to it by SCHEMATHESIS_HOOKS."""

from typing import Any

import schemathesis


@schemathesis.hook
def map_body(_: schemathesis.HookContext, body: Any) -> Any:
    """Write whole numbers without a point: for JSON Schema 5.0 is an integer, for this service it is none."""
    if isinstance(body, float) and body.is_integer():
        return int(body)
    if isinstance(body, list):
        return [map_body(_, part) for part in body]
    return {name: map_body(_, part) for name, part in body.items()} if isinstance(body, dict) else body
