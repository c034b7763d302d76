"""Every route, asked by everybody, about every meeting: tests/web/matrix.py says what each of them gets."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import models

from meetings.agenda.models import Item
from meetings.documents.models import Document
from meetings.invitations.models import Letter
from meetings.planning.models import Participant
from tests.web.asking import letter, listen, send
from tests.web.matrix import ACCOUNTS, ANYWHERE, MEETINGS, PAPERS, Row, every_row, rows
from tests.web.routes import METHODS, pattern_of, routes, sockets
from tests.web.stage import ACCOUNTS as WHOSE
from tests.web.stage import PAPERS as KINDS
from tests.web.stage import WHERE, WHO, Stage, World

Undone = Callable[[Callable[[], Any]], Any]
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FILLED = {
    "{meeting}": "1",
    "{item}": "1",
    "{participant}": "1",
    "{letter}": "1",
    "{request}": "1",
    "{document}": "1",
    "{sha256}": "a" * 64,
    "{endpoint}": "T1",
    "{code}": "R1",
    "{entry}": "J1",
    "{account}": "1",
    "{series}": "1",
    "{skipped}": "2032-01-05",
    "{coming}": "2032-01-05",
    "{group}": "1",
    "{feed}": "1",
    "{secret}": "abc",
    "{template}": "1",
    "{reorganisation}": "1",
    "{booking}": "1",
}
SWAPPED = ("{item}", "{participant}", "{letter}", "{document}")
"""Numbers that stand beside a meeting's in an address."""
LIBRARIES = ("/accounts/", "/i18n/", "/api/v1/openapi.json")
"""Pages that come from libraries: they take more methods than they need, under the same guards."""


def plain(template: str) -> str:
    """An address of that form, whatever its numbers."""
    for name, value in FILLED.items():
        template = template.replace(name, value)
    return template


def known() -> set[tuple[str, str]]:
    return {(row.method, pattern_of(plain(row.template))) for row in every_row() if row.method != "WS"}


def test_every_route_has_a_line() -> None:
    answered = {pattern for _method, pattern in known()}
    assert [route.template for route in routes() if route.pattern not in answered] == []


def test_every_operation_of_the_api_has_a_line() -> None:
    lines = known()
    missing = [
        f"{method} {route.template}"
        for route in routes()
        for method in sorted(route.methods or ())
        if (method, route.pattern) not in lines
    ]
    assert missing == []


def test_every_socket_has_a_line() -> None:
    lines = {plain(row.template) for row in every_row() if row.method == "WS"}
    assert {plain(address.replace("{id}", "{meeting}")) for address in sockets()} == lines


def test_every_line_has_a_word_for_each_column() -> None:
    tables = [(ANYWHERE, 1), (MEETINGS, len(WHERE)), (ACCOUNTS, len(WHOSE)), (PAPERS, len(KINDS))]
    shapes = {
        str(row): [len(word) for word in row.expected]
        for table, columns in tables
        for row in rows(table)
        if [len(word) for word in row.expected] != [len(WHO)] * columns
    }
    assert shapes == {}


def asked(stage: Stage, undone: Undone, row: Row, world: World, paper: str = "published") -> str:
    """One letter for each of WHO."""
    letters = []
    for who in WHO:
        cache.clear()
        if row.method == "WS":
            letters.append(listen(stage, who, world))
        else:
            ask = partial(send, stage.client(who), row.method, row.template, world, paper)
            letters.append(letter(undone(ask)))
    return "".join(letters)


@pytest.mark.parametrize("row", rows(ANYWHERE), ids=str)
def test_who_may_what_anywhere(stage: Stage, undone: Undone, row: Row) -> None:
    assert (asked(stage, undone, row, stage.worlds["open"]),) == row.expected


@pytest.mark.parametrize("row", rows(MEETINGS), ids=str)
def test_who_may_what_in_a_meeting(stage: Stage, undone: Undone, row: Row) -> None:
    assert tuple(asked(stage, undone, row, stage.worlds[where]) for where in WHERE) == row.expected


@pytest.mark.parametrize("row", rows(PAPERS), ids=str)
def test_who_may_what_with_a_document(stage: Stage, undone: Undone, row: Row) -> None:
    assert tuple(asked(stage, undone, row, stage.worlds["open"], kind) for kind in KINDS) == row.expected


@pytest.mark.parametrize("row", rows(ACCOUNTS), ids=str)
def test_who_may_what_with_an_account(stage: Stage, undone: Undone, row: Row) -> None:
    worlds = [replace(stage.worlds["open"], account=stage.accounts[whose]) for whose in WHOSE]
    assert tuple(asked(stage, undone, row, world) for world in worlds) == row.expected


def _methods_taken() -> list[tuple[str, frozenset[str]]]:
    """One address of each of our routes, and the methods that have a line."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for row in every_row():
        if row.method != "WS" and not row.template.startswith(LIBRARIES):
            pattern = pattern_of(plain(row.template))
            template, methods = found.get(pattern, (row.template, frozenset()))
            found[pattern] = template, methods | {row.method}
    return list(found.values())


@pytest.mark.parametrize(
    ("template", "taken"), _methods_taken(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_method_without_a_line_is_not_taken(
    stage: Stage, undone: Undone, template: str, taken: frozenset[str]
) -> None:
    address = stage.worlds["open"].address(template)
    client = stage.client("administrator")
    answers = {
        method: letter(undone(partial(client.generic, method, address))) for method in METHODS if method not in taken
    }
    assert {method: said for method, said in answers.items() if said not in {"-", "."}} == {}


def _with_two_numbers() -> list[Row]:
    return [
        row for row in rows(MEETINGS) if "{meeting}" in row.template and any(name in row.template for name in SWAPPED)
    ]


def _belongings(world: World) -> list[dict[str, Any]]:
    """What hangs on the meeting, as the database has it."""
    own: list[models.QuerySet[Any]] = [
        Item.objects.filter(meeting=world.meeting),
        Participant.objects.filter(meeting=world.meeting),
        Document.objects.filter(meeting=world.meeting),
        Letter.objects.filter(participant__meeting=world.meeting),
    ]
    return [row for each in own for row in each.order_by("pk").values()]


@pytest.mark.parametrize("row", _with_two_numbers(), ids=str)
def test_what_belongs_to_another_meeting_is_not_reached_through_ones_own(
    stage: Stage, undone: Undone, row: Row
) -> None:
    own, other = stage.worlds["open"], stage.worlds["other"]
    mixed = replace(own, item=other.item, participant=other.participant, letter=other.letter, papers=other.papers)

    def ask() -> tuple[str, bool]:
        before = _belongings(other)
        response = send(stage.client("secretary"), row.method, row.template, mixed)
        return letter(response), _belongings(other) == before

    # A page tells what it refused in words and goes on.
    as_expected = {(".", True), ("+", True)} if row.method != "GET" else {(".", True)}
    assert undone(ask) in as_expected
