"""/api/v1: people of the directory, to be invited."""

from django.http import HttpRequest
from ninja import Query, Router, Schema

from accounts.decision import Right
from accounts.models import Person
from accounts.schemas import REFUSED, Line, Refusal, Row, Window, page
from accounts.selectors import current_user, require, scope_filter
from accounts.text import fold

router = Router(tags=["people"])


class PersonFilter(Window):
    q: Line = ""


class PersonOut(Schema):
    id: int
    full_name: str
    position: str
    unit: str
    unit_name: str


class PersonPage(Schema):
    count: int
    results: list[PersonOut]


@router.get("/people", response={200: PersonPage, REFUSED: Refusal})
def people(request: HttpRequest, filters: Query[PersonFilter]) -> Row:
    """People of the units for which the caller prepares meetings, with every word of `q` in name or position."""
    user = current_user(request)
    require(user, Right.PREPARE)
    rows = Person.objects.filter(scope_filter(user, Right.PREPARE, "unit__path")).select_related("unit")
    for word in fold(filters.q).split():
        rows = rows.filter(search_text__contains=word)
    return page(rows.order_by("full_name", "pk"), filters, lambda part: [_row(person) for person in part])


def _row(person: Person) -> Row:
    return {
        "id": person.pk,
        "full_name": person.full_name,
        "position": person.position,
        "unit": person.unit.code,
        "unit_name": person.unit.display_name,
    }
