"""Whatever the OpenAPI document allows and forbids is tried on the running server: never a 5xx, always what it says.

Bounded and with a fixed seed, so that every run tries the same.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from taizhang.accounts import entry
from taizhang.accounts.permissions import IN_PERSON
from taizhang.web.http.auth import COOKIE, WALL_CLOCK

from .site import OPERATOR, SECRETARY, Site
from .test_permissions import routes

load_all_checks()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES_EACH = 6
OPERATORS = ("/api/v1/accounts", "/api/v1/tokens", "/api/v1/settings", "/api/v1/journal",
             "/api/v1/contacts", "/api/v1/outbox", "/api/v1/backups")  # fmt: skip
ENDS_THE_TEST = {"DELETE /api/v1/account/tokens/{id}", "DELETE /api/v1/tokens/{id}"}
"""They could revoke the very token that the test brings; `test_api` tries them."""


def in_person(site: Site) -> set[str]:
    """What a token cannot do, as OpenAPI names it; it is tried with a login."""
    return {
        f"{method} {path}"
        for method, path, door in routes(site)
        if door is not None and door.page in IN_PERSON
    }


@pytest.mark.parametrize("name", [SECRETARY, OPERATOR])
def test_no_call_fails_and_every_answer_is_as_described(site: Site, name: str) -> None:
    token = entry.create_api_token(site.session.store, site.account(name), "schemathesis", now=WALL_CLOCK())
    bearer = {"Authorization": f"Bearer {token}"}
    login = {"Cookie": f"{COOKIE}={site.login(name)}", "Origin": site.address}
    schema = schemathesis.openapi.from_url(f"{site.address}/api/v1/openapi.json")
    answers: dict[str, set[int]] = {}
    by_login = in_person(site)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith(OPERATORS) != (name == OPERATOR) or operation.label in ENDS_THE_TEST:
            continue

        @settings(
            max_examples=EXAMPLES_EACH,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode]))
        def attempt(case: Any) -> None:
            came_by = login if case.operation.label in by_login else bearer
            case.headers = {**(case.headers or {}), **came_by}
            for parameter, own in (("unit", SECRETARY), ("name", SECRETARY)):
                if parameter in (case.path_parameters or {}):
                    # What a secretary may see, and an account that is there: else every answer would be a no.
                    case.path_parameters[parameter] = own
            answer = case.call_and_validate(checks=CHECKS, timeout=60)
            answers.setdefault(case.operation.label, set()).add(answer.status_code)

        attempt()
    assert len(answers) >= 9
    assert not [label for label, statuses in answers.items() if not statuses - {401, 403}]
