"""What the top bar knows: who is here, as what, and where one may go."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts.decision import Grant, Right, Role
from accounts.models import Membership, Person, User
from config.context import office, presence_of, role_label, section_of, unit_label
from rooms.selectors import top_units
from tests.people import People


def sections_of(user: User) -> list[str]:
    presence = presence_of(user)
    assert presence is not None
    return [section.code for section in presence.sections]


def rights_seen(user: User) -> frozenset[Right]:
    presence = presence_of(user)
    assert presence is not None
    return presence.rights


def test_a_visitor_is_nobody(rf: RequestFactory) -> None:
    assert presence_of(AnonymousUser()) is None
    request = rf.get("/")
    request.user = AnonymousUser()
    assert not office(request)["presence"]


def test_who_is_here_costs_two_queries(people: People, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = User.objects.get(pk=people.secretary.pk)
    with django_assert_num_queries(2):
        presence = presence_of(user)
    assert presence is not None
    assert (presence.name, str(presence.role), presence.unit) == ("Nguyễn Thị Lan", "Thư ký", "Tỉnh Hà Giang")


def test_only_somebody_who_books_is_offered_booking(people: People) -> None:
    offered = {
        name
        for name in ("administrator", "secretary", "operator", "chair", "delegate", "observer", "nobody")
        if (presence := presence_of(getattr(people, name))) and presence.may_book
    }
    assert offered == {"administrator", "secretary"}


def test_central_sessions_are_offered_to_whoever_may_enter_them(people: People) -> None:
    everybody = ("administrator", "secretary", "operator", "chair", "delegate", "observer", "outsider", "nobody")
    for user in (User.objects.get(pk=getattr(people, name).pk) for name in everybody):
        presence = presence_of(user)
        assert presence is not None
        assert presence.may_enter_blocks == top_units(user).exists(), user


def test_entries_lead_only_where_one_may_go(people: People) -> None:
    assert "network" in sections_of(people.secretary)
    assert "network" not in sections_of(people.delegate)
    assert "administration" not in sections_of(people.secretary)
    assert rights_seen(people.nobody) == frozenset()


def test_the_widest_role_is_the_one_shown() -> None:
    grants = [Grant(Role.DELEGATE, "/1/2/"), Grant(Role.SECRETARIAT, "/1/"), Grant(Role.OBSERVER, "/1/")]
    assert str(role_label(grants)) == "Thư ký"
    assert role_label([]) == ""


def test_the_persons_own_unit_goes_before_the_unit_of_the_role(people: People) -> None:
    Membership.objects.filter(user=people.delegate).update(unit=people.network.units["02"])
    user = User.objects.get(pk=people.delegate.pk)
    presence = presence_of(user)
    assert presence is not None
    assert presence.unit == "Huyện Đồng Văn"


def test_an_account_without_a_person_shows_the_unit_of_its_role(people: People) -> None:
    Person.objects.filter(user=people.operator).update(user=None)
    user = User.objects.get(pk=people.operator.pk)
    presence = presence_of(user)
    assert presence is not None
    assert (presence.unit, presence.unit_lines) == ("Xã Lũng Cú", ("Xã Lũng Cú",))


def test_an_account_with_neither_shows_no_unit(people: People) -> None:
    Person.objects.filter(user=people.nobody).update(user=None)
    assert unit_label(people.nobody, []) == ""


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/", "today"),
        ("/network/", "network"),
        ("/endpoints/X00715/screen/", "network"),
        ("/meetings/42/board/", "meetings"),
        ("/reports/", "reports"),
        ("/administration/units/", "administration"),
        ("/accounts/login/", ""),
    ],
)
def test_a_page_belongs_to_the_section_of_its_address(rf: RequestFactory, path: str, section: str) -> None:
    request = rf.get(path)
    request.resolver_match = None
    assert section_of(request) == section
