"""What holds for every call of /api/v1: who may call, in which form, and the one shape of every refusal."""

import json

import pytest
from django.test import Client, override_settings

from accounts.actions import issue_token
from accounts.errors import DomainError
from accounts.models import User
from config.api_messages import MESSAGES
from meetings.planning.models import Meeting
from tests.api import Api, meeting_body
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


def logged_in(user: User, *, csrf: bool = True) -> Client:
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(user)
    return client


def test_a_visitor_is_asked_to_log_in(people: People) -> None:
    answer = Api().get("/meetings")
    assert (answer.status, answer.code, answer.response.headers["WWW-Authenticate"]) == (
        401,
        "not_authenticated",
        "Bearer",
    )


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_visitor_s_write_is_asked_to_log_in_before_anything_else(people: People, method: str) -> None:
    path = {"POST": "/meetings", "PATCH": "/meetings/1", "PUT": "/meetings/1/agenda/order"}.get(
        method, "/meetings/1/participants/1"
    )
    assert Api().call(method, path, {}).status == 401


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic dGh1a3k6ZGVtbw==", "token"])
def test_wrong_credentials_are_refused_even_beside_a_good_session(people: People, header: str) -> None:
    response = logged_in(people.secretary).get("/api/v1/meetings", headers={"Authorization": header})
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_the_token_of_a_closed_account_is_worth_nothing(people: People) -> None:
    api = Api(people.secretary)
    people.secretary.is_active = False
    people.secretary.save()
    assert api.get("/meetings").status == 401


def test_only_the_digest_of_a_token_is_kept(people: People) -> None:
    token = issue_token(None, people.secretary, label="máy kiểm tra")
    kept = people.secretary.tokens.get()
    assert (len(token), token in kept.digest, kept.label) == (43, False, "máy kiểm tra")


def test_a_session_may_read(people: People) -> None:
    assert logged_in(people.secretary).get("/api/v1/meetings").status_code == 200


def test_a_session_without_a_page_s_token_may_not_write(people: People) -> None:
    response = logged_in(people.secretary).post(
        "/api/v1/meetings", json.dumps(meeting_body()), content_type="application/json"
    )
    assert (response.status_code, response.json()["code"], Meeting.objects.count()) == (403, "csrf_failed", 0)


def test_a_session_with_a_page_s_token_may_write(people: People) -> None:
    client = logged_in(people.secretary)
    client.cookies["csrftoken"] = "a" * 32
    response = client.post(
        "/api/v1/meetings",
        json.dumps(meeting_body()),
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )
    assert response.status_code == 201


def test_a_bearer_token_needs_no_csrf_token(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {issue_token(None, people.secretary)}"}
    response = client.post(
        "/api/v1/meetings", json.dumps(meeting_body()), content_type="application/json", headers=headers
    )
    assert response.status_code == 201


def test_an_address_that_does_not_exist_is_refused_in_the_same_shape(api: Api) -> None:
    answer = api.get("/nothing/here")
    assert (answer.status, sorted(answer.body), answer.code) == (404, ["code", "message", "params"], "not_found")


@pytest.mark.parametrize(
    "path", ["/meetings/abc", "/meetings/-1", "/meetings/1.5", "/meetings/99999999999999999999999", "/meetings/0"]
)
def test_a_number_that_is_none_or_too_large_is_not_found(api: Api, path: str) -> None:
    answer = api.get(path)
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_method_that_is_not_taken_is_refused_in_the_same_shape_and_names_those_that_are(api: Api) -> None:
    answer = api.call("DELETE", "/meetings")
    allowed = sorted(answer.response.headers["Allow"].split(", "))
    assert (answer.status, answer.code, allowed) == (405, "method_not_allowed", ["GET", "POST"])


@pytest.mark.parametrize(
    "raw",
    [b"{", b"[1,", b"\xff\xfe", b"{'a': 1}", b"nul", b"[" * 100_000, b'{"a": 1e', b"{" + b"1" * 5000 + b"}"],
)
def test_what_is_no_json_is_malformed(api: Api, raw: bytes) -> None:
    answer = api.call("POST", "/meetings", raw=raw)
    assert (answer.status, answer.code) == (400, "malformed")


@pytest.mark.parametrize("body", [[], "text", 3, True, None])
def test_json_of_another_form_is_malformed(api: Api, body: object) -> None:
    answer = api.call("POST", "/meetings", raw=json.dumps(body).encode())
    assert (answer.status, answer.code) == (400, "malformed")


def test_no_body_at_all_is_malformed(api: Api) -> None:
    answer = api.post("/meetings")
    assert (answer.status, answer.code) == (400, "malformed")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_a_body_of_another_kind_is_refused(api: Api, content_type: str) -> None:
    answer = api.call("POST", "/meetings", meeting_body(), content_type=content_type)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_a_body_of_more_than_five_megabytes_is_too_large(api: Api) -> None:
    answer = api.call("POST", "/meetings", raw=b" " * (5 * 1024 * 1024 + 1))
    assert (answer.status, answer.code, answer.body["params"]) == (413, "too_large", {"limit_bytes": 5 * 1024 * 1024})


def test_every_wrong_field_is_named_with_its_place(api: Api) -> None:
    answer = api.post("/meetings", meeting_body(selection={"under": "02", "tier": []}, setup_minutes=-1, colour="red"))
    assert (answer.status, answer.code, answer.body["params"]["fields"]) == (
        422,
        "unacceptable",
        {"selection.tier": "unknown", "setup_minutes": "out_of_range", "colour": "unknown"},
    )


def test_wrong_types_are_malformed_and_never_guessed(api: Api) -> None:
    answer = api.post("/meetings", meeting_body(title=5, setup_minutes="60", local="yes", selection=[]))
    assert (answer.status, answer.body["params"]["fields"]) == (
        400,
        {
            "title": "string_type",
            "setup_minutes": "int_type",
            "local": "bool_type",
            "selection": "model_attributes_type",
        },
    )


def test_refusals_speak_the_caller_s_language(people: People) -> None:
    assert Api().get("/meetings", {"Accept-Language": "en"}).body["message"] == (
        "Please log in, or send a valid access key."
    )


def test_vietnamese_is_the_default(people: People) -> None:
    assert Api().get("/meetings").response.headers["Content-Language"] == "vi"


def subclasses(kind: type[DomainError]) -> set[type[DomainError]]:
    return {kind}.union(*(subclasses(each) for each in kind.__subclasses__()))


def test_every_refusal_has_its_sentence() -> None:
    codes = {kind.code for kind in subclasses(DomainError) if not kind.__module__.startswith("tests.")}
    assert sorted(codes - MESSAGES.keys()) == []


def test_a_fault_of_ours_has_the_same_shape_and_tells_nothing(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("meetings.api.planning.meeting_list", broken)
    api = Api(people.secretary)
    api.client.raise_request_exception = False
    answer = api.get("/meetings")
    assert (answer.status, answer.code, "secret" in json.dumps(answer.body)) == (500, "internal_error", False)


@override_settings(DEBUG=False)
def test_a_read_changes_nothing(people: People, api: Api) -> None:
    created = api.post("/meetings", meeting_body()).body["id"]
    before = Meeting.objects.values().get(pk=created)
    for path in ("/open", "/close", "/cancel", "/postpone", "/book", "/archive", "/check"):
        assert api.get(f"/meetings/{created}{path}").status == 405
    assert Meeting.objects.values().get(pk=created) == before


def test_a_page_of_a_list_says_how_many_there_are_in_all(api: Api) -> None:
    answer = api.get("/endpoints?limit=2&offset=3")
    assert (answer.body["count"], [row["code"] for row in answer.body["results"]]) == (7, ["H026", "X00688"])


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "offset=1000000001"])
def test_a_window_out_of_range_is_not_acceptable(api: Api, query: str) -> None:
    answer = api.get(f"/endpoints?{query}")
    assert (answer.status, answer.code) == (422, "unacceptable")


@pytest.mark.parametrize("query", ["limit=ten", "offset=1.5", "limit="])
def test_a_window_that_is_no_number_is_malformed(api: Api, query: str) -> None:
    answer = api.get(f"/endpoints?{query}")
    assert (answer.status, answer.code) == (400, "malformed")


@pytest.mark.parametrize("query", ["q=%00", "q=a%0Ab", "under=%00", "tier=%1B"])
def test_control_characters_in_a_query_are_not_acceptable(api: Api, query: str) -> None:
    answer = api.get(f"/endpoints?{query}")
    assert (answer.status, answer.code) == (422, "unacceptable")
