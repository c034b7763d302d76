"""The description of the API is valid, complete, and what the API does."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from accounts.actions import issue_token
from config.api import api
from meetings.agenda.actions import add_item
from meetings.planning.actions import create_meeting
from meetings.planning.participant_actions import Invitee, add_participants
from tests.meetings.planning.plans import plan
from tests.people import People

METHODS = ("get", "post", "put", "patch", "delete")


def description() -> dict[str, Any]:
    """What /openapi.json answers."""
    read: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return read


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in description()["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def test_the_description_is_valid_openapi_3() -> None:
    validate(description())


@pytest.mark.django_db
def test_the_description_can_be_read_without_login(client: Any) -> None:
    response = client.get("/api/v1/openapi.json")
    assert (response.status_code, response.json()["openapi"][:2]) == (200, "3.")


def test_every_operation_needs_a_token_or_a_session() -> None:
    open_ones = [(method, path) for method, path, operation in operations() if not operation.get("security")]
    assert open_ones == []


def test_every_operation_is_described_in_a_sentence() -> None:
    silent = [(method, path) for method, path, operation in operations() if not operation.get("description")]
    assert silent == []


def test_every_operation_says_how_it_may_refuse() -> None:
    silent = [(method, path) for method, path, operation in operations() if "401" not in operation["responses"]]
    assert silent == []


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def described() -> BaseSchema:
    """The API as schemathesis reads it, answered in this process."""
    schema = schemathesis.openapi.from_dict(description())
    schema.app = get_wsgi_application()
    return schema


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """A request does not close the connection that the test's transaction is on (as in django.test.Client)."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def known(people: People) -> dict[str, int]:
    """A meeting, an item and a participant to be asked about, by the names that paths give their numbers."""
    meeting = create_meeting(people.secretary, plan(people))
    item = add_item(people.secretary, meeting, title="Khai mạc")
    (outcome,) = add_participants(people.secretary, meeting, [Invitee(endpoint="T1", full_name="Vàng Mí Sính")])
    assert outcome.participant is not None
    return {"meeting_id": meeting.pk, "item_id": item.pk, "participant_id": outcome.participant.pk}


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in operations()])
def test_any_input_is_answered_as_described(
    described: BaseSchema, people: People, known: dict[str, int], method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {issue_token(None, people.secretary)}"}

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method.upper()].as_strategy(), with_known=st.booleans())
    def ask(case: "schemathesis.Case[Any]", with_known: bool) -> None:
        if with_known:
            case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
