"""Accounts: made, given roles, shut; each act in the journal, and nobody left listening."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions import (
    NewAccount,
    allow_new_password,
    create_account,
    deactivate,
    grant_role,
    issue_token,
    reactivate,
    turn_off_two_step_login,
    withdraw_role,
    withdraw_token,
)
from accounts.decision import Role
from accounts.errors import NotFound, OwnAccount, RoleHeld, Unacceptable
from accounts.models import ApiToken, Membership, Person, User
from accounts.password_link import password_path
from accounts.selectors import grants_of, user_of_token
from audit.models import Entry
from audit.selectors import verify_chain
from realtime.models import Stream
from realtime.publish import EVERY_STREAM
from tests.people import People, make_person

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(Entry.objects.filter(chain__name="accounts").order_by("seq").values_list("verb", flat=True))


def asked_again() -> int:
    row = Stream.objects.filter(name=EVERY_STREAM).first()
    return row.access_version if row else 0


def new(people: People, **facts: str) -> NewAccount:
    words = {"username": "mai.lt", "full_name": "Lù Thị Mai", **facts}
    return NewAccount(unit=people.network.units["026"], role=Role.SECRETARIAT, **words)


def test_a_new_account_has_its_person_its_role_and_no_password(people: People) -> None:
    user = create_account(people.administrator, new(people, position="Chuyên viên", phone="0219.000.0007"))
    held = [(row.role, row.unit.code) for row in user.memberships.all()]
    assert (str(user), user.person.position, user.person.unit.code, held) == (
        "Lù Thị Mai",
        "Chuyên viên",
        "026",
        [("secretariat", "026")],
    )
    assert (user.has_usable_password(), verbs(), verify_chain("accounts")) == (False, ["account.created"], None)


def test_somebody_of_the_directory_becomes_the_person_of_the_account(people: People) -> None:
    known = make_person("Lù Thị Mai", people.network.units["026"], position="Chánh Văn phòng")
    user = create_account(None, new(people))
    assert (user.person, user.person.position, Person.objects.filter(full_name="Lù Thị Mai").count()) == (
        known,
        "Chánh Văn phòng",
        1,
    )


def test_a_namesake_elsewhere_or_with_an_account_is_somebody_else(people: People) -> None:
    make_person("Lù Thị Mai", people.network.units["024"])
    make_person("Lù Thị Mai", people.network.units["026"], username="mai.cu")
    create_account(None, new(people))
    assert Person.objects.filter(full_name="Lù Thị Mai").count() == 3


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"username": "Secretary"}, {"username": "taken"}),
        ({"username": "lan nguyen"}, {"username": "malformed"}),
        ({"username": ""}, {"username": "required"}),
        ({"full_name": " "}, {"full_name": "required"}),
        ({"full_name": "x" * 121}, {"full_name": "too_long"}),
    ],
)
def test_a_name_that_does_not_do_is_refused_and_nothing_is_made(
    people: People, facts: dict[str, str], fields: dict[str, str]
) -> None:
    before = (User.objects.count(), Person.objects.count())
    with pytest.raises(Unacceptable) as refused:
        create_account(people.administrator, new(people, **facts))
    assert (refused.value.params["fields"], verbs()) == (fields, [])
    assert before == (User.objects.count(), Person.objects.count())


def test_names_are_stored_in_one_normal_form(people: People) -> None:
    user = create_account(None, new(people, full_name="Lu\u0300 Thi\u0323 Mai"))
    assert (user.first_name, user.person.full_name) == ("Lù Thị Mai", "Lù Thị Mai")


def test_a_role_is_given_once_and_sockets_are_asked_again(people: People) -> None:
    before = asked_again()
    grant_role(people.administrator, people.nobody, Role.OBSERVER, people.network.units["024"])
    assert (asked_again() - before, verbs()) == (1, ["role.granted"])
    with pytest.raises(RoleHeld):
        grant_role(people.administrator, people.nobody, Role.OBSERVER, people.network.units["024"])
    assert verbs() == ["role.granted"]


def test_a_role_taken_away_is_gone_and_sockets_are_asked_again(people: People) -> None:
    before = asked_again()
    held = people.secretary.memberships.get()
    withdraw_role(people.administrator, people.secretary, held.pk)
    assert grants_of(User.objects.get(pk=people.secretary.pk)) == []
    assert (asked_again() - before, verbs()) == (1, ["role.withdrawn"])


def test_only_the_account_s_own_roles_are_taken_from_it(people: People) -> None:
    with pytest.raises(NotFound):
        withdraw_role(people.administrator, people.secretary, people.chair.memberships.get().pk)
    assert Membership.objects.filter(user=people.chair).count() == 1


def test_administrators_do_not_shut_themselves_out(people: People) -> None:
    with pytest.raises(OwnAccount):
        withdraw_role(people.administrator, people.administrator, people.administrator.memberships.get().pk)
    with pytest.raises(OwnAccount):
        deactivate(people.administrator, people.administrator)
    assert (verbs(), User.objects.get(pk=people.administrator.pk).is_active) == ([], True)


def test_a_deactivated_account_is_out_at_once_with_sessions_and_tokens(people: People, client: Client) -> None:
    client.force_login(people.secretary)
    token = issue_token(None, people.secretary)
    before = asked_again()
    assert client.get("/").status_code == 200
    deactivate(people.administrator, people.secretary)
    assert (client.get("/").status_code, user_of_token(token), ApiToken.objects.count()) == (302, None, 0)
    assert asked_again() - before == 1


def test_a_reactivated_account_gets_neither_sessions_nor_password_back(people: People, client: Client) -> None:
    client.force_login(people.secretary)
    client.get("/")
    deactivate(people.administrator, people.secretary)
    reactivate(people.administrator, people.secretary)
    assert client.get("/").status_code == 302
    assert not client.login(username="secretary", password="demo-pass-1")


def test_shutting_and_opening_twice_changes_nothing(people: People) -> None:
    for act in (deactivate, deactivate, reactivate, reactivate):
        act(people.administrator, people.secretary)
    assert verbs() == ["account.deactivated", "account.reactivated"]


def test_with_the_link_a_password_is_chosen_once(people: People, client: Client) -> None:
    user = create_account(people.administrator, new(people))
    path = password_path(allow_new_password(people.administrator, user))
    words = {"password1": "vườn-đào-Phố-Cáo-12", "password2": "vườn-đào-Phố-Cáo-12"}
    form = client.get(path, follow=True).request["PATH_INFO"]
    client.post(form, words)
    assert client.login(username="mai.lt", password="vườn-đào-Phố-Cáo-12")
    assert Client().get(path, follow=True).context["token_fail"]


def test_a_deactivated_account_gets_no_link(people: People) -> None:
    deactivate(people.administrator, people.secretary)
    with pytest.raises(NotFound):
        allow_new_password(people.administrator, people.secretary)


def test_one_token_is_made_void_and_the_other_goes_on(people: People) -> None:
    first, second = (issue_token(None, people.secretary, label=label) for label in ("bảng", "lịch"))
    row = ApiToken.objects.get(label="bảng")
    withdraw_token(people.administrator, people.secretary, row.pk)
    assert (user_of_token(first), user_of_token(second)) == (None, people.secretary)
    with pytest.raises(NotFound):
        withdraw_token(people.administrator, people.chair, ApiToken.objects.get().pk)


def test_two_step_login_is_turned_off_for_a_lost_telephone(people: People) -> None:
    Authenticator.objects.create(user=people.secretary, type=Authenticator.Type.TOTP, data={})
    turn_off_two_step_login(people.administrator, people.secretary)
    assert (Authenticator.objects.count(), verbs()) == (0, ["two_step_login.turned_off"])
    with pytest.raises(NotFound):
        turn_off_two_step_login(people.administrator, people.secretary)


def test_the_command_makes_the_first_administrator(
    people: People, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("account", "quantri", "--name", "Trần Văn Quản", "--unit", "02")
    link = capsys.readouterr().out.strip()
    held = Membership.objects.get(user__username="quantri")
    assert (held.role, held.unit.code, client.get(link, follow=True).status_code) == ("administrator", "02", 200)


def test_the_command_says_what_is_wrong(people: People) -> None:
    with pytest.raises(CommandError, match="There is no unit 99"):
        call_command("account", "quantri", "--name", "Trần Văn Quản", "--unit", "99")
    with pytest.raises(CommandError, match="taken"):
        call_command("account", "secretary", "--name", "Trần Văn Quản", "--unit", "02")
