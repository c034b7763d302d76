"""The door for whoever has an invitation and no password."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from audit.models import Entry
from meetings.attendance.selectors import entry_code_of, personal_code_of
from meetings.planning.models import Meeting, Participant
from tests.people import People, at, make_person
from tests.scenes import make_meeting

NOW = at(7, 46)


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def guest(meeting: Meeting, people: People) -> Participant:
    """Somebody of the directory without an account."""
    person = make_person("Vàng Mí Dình", people.network.units["00715"])
    return Participant.objects.create(
        meeting=meeting, person=person, full_name=person.full_name, endpoint=people.network.endpoints["X00715"]
    )


def press(client: Client, code: str) -> int:
    with time_machine.travel(NOW, tick=False):
        return client.post(reverse("join"), {"code": code, "enter": "1"}).status_code


def test_the_link_of_the_letter_shows_whose_it_is_and_changes_nothing(client: Client, guest: Participant) -> None:
    users = User.objects.count()
    with time_machine.travel(NOW, tick=False):
        content = client.get(reverse("join-code", args=[entry_code_of(guest)])).content.decode()
    assert "Vàng Mí Dình" in content
    assert (User.objects.count(), "_auth_user_id" in client.session) == (users, False)


def test_one_press_enters_and_leads_to_the_tablet(client: Client, guest: Participant) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = client.post(reverse("join"), {"code": entry_code_of(guest), "enter": "1"})
        assert (answer.status_code, answer["Location"]) == (302, reverse("tablet", args=[guest.meeting_id]))
        assert client.get(reverse("tablet", args=[guest.meeting_id])).status_code == 200
        assert client.get(reverse("network")).status_code == 403
    guest.person.refresh_from_db()
    user = guest.person.user
    assert user is not None
    assert (user.has_usable_password(), Membership.objects.filter(user=user).count()) == (False, 0)


def test_entering_twice_makes_one_account_and_one_entry_in_the_journal(client: Client, guest: Participant) -> None:
    users = User.objects.count()
    assert [press(client, entry_code_of(guest)), press(Client(), entry_code_of(guest))] == [302, 302]
    assert User.objects.count() == users + 1
    assert Entry.objects.filter(verb="account.opened_by_invitation").count() == 1


def test_the_code_for_the_usher_is_no_key(client: Client, guest: Participant) -> None:
    assert press(client, personal_code_of(guest)) == 422


def test_a_reissued_code_ends_the_old_link(client: Client, guest: Participant) -> None:
    old = entry_code_of(guest)
    guest.code_serial += 1
    guest.save()
    assert [press(client, old), press(client, entry_code_of(guest))] == [422, 302]


@pytest.mark.parametrize(
    "code", ["J1.1.1.1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "J1.", "\u202eJ1", "J1.1.1.1." + "A" * 99]
)
def test_a_code_that_is_not_ours_opens_nothing(client: Client, guest: Participant, code: str) -> None:
    assert press(client, code) == 422
    assert client.get(reverse("join"), {"code": code}).status_code == 422


def test_a_person_who_can_do_more_enters_with_a_password(client: Client, people: People, meeting: Meeting) -> None:
    person = people.chair.person
    row = Participant.objects.create(
        meeting=meeting, person=person, full_name=person.full_name, endpoint=people.network.endpoints["T1"]
    )
    assert press(client, entry_code_of(row)) == 403
    assert "_auth_user_id" not in client.session


def test_a_deactivated_person_does_not_enter(client: Client, guest: Participant) -> None:
    guest.person.user = User.objects.create_user("cu", is_active=False)
    guest.person.save()
    assert press(client, entry_code_of(guest)) == 422


@pytest.mark.parametrize("status", ["draft", "cancelled", "archived"])
def test_a_meeting_that_is_not_to_come_lets_nobody_in(client: Client, guest: Participant, status: str) -> None:
    Meeting.objects.update(status=status)
    assert press(client, entry_code_of(guest)) == 422


def test_a_day_after_the_end_the_code_is_over(client: Client, guest: Participant) -> None:
    with time_machine.travel(at(10, 1, day=2), tick=False):
        assert client.post(reverse("join"), {"code": entry_code_of(guest), "enter": "1"}).status_code == 422


def test_who_tries_out_codes_must_wait_and_keeps_nobody_else_out(client: Client, guest: Participant) -> None:
    answers = [press(client, f"J1.1.1.{number}.AAAAAAAAAAAAAAAAAAAAAAAAAA") for number in range(25)]
    assert answers[:20] == [422] * 20
    assert answers[20:] == [429] * 5
    assert press(client, entry_code_of(guest)) == 302
