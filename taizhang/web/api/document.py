"""The OpenAPI document: the routes as FastAPI describes them, the events of contract §3, refusals, logging in."""

from __future__ import annotations

import copy

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ledger.events.types import ENVELOPE, EVENT_TYPES
from taizhang.web.api import shapes
from taizhang.web.api.asking import problem
from taizhang.web.http.auth import COOKIE

_REFERENCE = "#/components/schemas/{model}"
_DESCRIPTION = (
    "Whoever logs in by an API token may do what its account may do. Writes are all or nothing; what is refused is told"
    " as application/problem+json with every fault at once. Texts are Chinese, or English with the cookie"
    " `taizhang_lang=en`."
)
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Have *app* answer with this document, made when it is first asked for."""

    def openapi() -> dict[str, object]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation has it


def document_below(app: FastAPI, root: str, cookie: str) -> dict[str, object]:
    """Return the document of *app* for one of several ledgers: at addresses below *root*, logged in by *cookie*."""
    document = {**app.openapi(), "servers": [{"url": root}]}
    schemes = document["components"]["securitySchemes"]
    login = {**schemes["login"], "name": cookie}
    document["components"] = {**document["components"], "securitySchemes": {**schemes, "login": login}}
    return document


def _document(app: FastAPI) -> dict[str, object]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=_DESCRIPTION,
        routes=app.routes,
        license_info=_LICENCE,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    for operation in (each for path in document["paths"].values() for each in path.values()):
        if "422" in operation["responses"]:
            operation["responses"]["422"] = problem(422)[422]
    for model in (shapes.Problem, shapes.Fault):
        schema = model.model_json_schema(ref_template=_REFERENCE)
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    schemas |= _events()
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "an API token, tz_..."},
        "login": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "the cookie of a login"},
    }
    document["security"] = [{"token": []}, {"login": []}]
    return document


_LICENCE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}


def _events() -> dict[str, object]:
    """Return a schema for each event type that a client may send, and `Event`, which is one of them."""
    envelope = ENVELOPE.json_schema(ref_template=_REFERENCE)
    schemas: dict[str, object] = {}
    types = [name for name, row in EVENT_TYPES.items() if not row.by_program]
    for name in types:
        data = EVENT_TYPES[name].adapter.json_schema(ref_template=_REFERENCE)
        schemas |= data.pop("$defs", {})
        event = copy.deepcopy(envelope)
        event["title"] = name
        event["properties"] |= {"type": {"const": name, "type": "string"}, "data": data}
        schemas[name] = event
    references = {name: _REFERENCE.format(model=name) for name in types}
    schemas["Event"] = {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "type", "mapping": references},
    }
    return schemas
