"""The administration pages: for whom, within which reach, and what they do."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import issue_token
from accounts.decision import Role
from accounts.models import Membership, User
from audit.models import Entry
from tests.people import People, make_person

pytestmark = pytest.mark.django_db
NAME = re.compile(r'<a href="/administration/accounts/(\d+)/">')


def listed(client: Client, query: str = "") -> list[str]:
    """Login names of the accounts on the page, in order."""
    page = client.get(f"/administration/{query}").content.decode()
    names = dict(User.objects.values_list("pk", "username"))
    return [names[int(pk)] for pk in NAME.findall(page)]


@pytest.fixture
def admin(people: People, client: Client) -> Client:
    client.force_login(people.administrator)
    return client


def district_administrator(people: People) -> User:
    make_person("Sùng Mí Lình", people.network.units["026"], username="linh")
    user = User.objects.get(username="linh")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR.value, unit=people.network.units["026"])
    return user


@pytest.mark.parametrize("who", ["secretary", "operator", "chair", "delegate", "observer", "nobody"])
def test_the_pages_are_for_administrators(people: People, client: Client, who: str) -> None:
    client.force_login(getattr(people, who))
    paths = ["", "accounts/new/", "units/", "journal/", f"accounts/{people.secretary.pk}/"]
    assert {client.get(f"/administration/{path}").status_code for path in paths} <= {403, 404}


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    answer = client.get("/administration/")
    assert answer.headers["Location"] == "/accounts/login/?next=/administration/"


def test_the_list_holds_the_accounts_within_reach_by_login(admin: Client) -> None:
    assert listed(admin) == ["administrator", "chair", "delegate", "nobody", "observer", "operator", "secretary"]


def test_the_figures_are_those_of_the_reach(people: People, client: Client) -> None:
    client.force_login(district_administrator(people))
    figures = re.findall(r'<dd class="big">([\d.]+)', client.get("/administration/").content.decode())
    assert figures == ["2", "2", "1", "3", "3"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=sua", ["delegate"]),
        ("?q=Giàng Súa", ["delegate"]),
        ("?q=SECRET", ["secretary"]),
        ("?role=operator", ["operator"]),
        ("?state=inactive", ["chair"]),
        ("?q=không có ai", []),
        (
            "?role=king&state=x&page=zz",
            ["administrator", "chair", "delegate", "nobody", "observer", "operator", "secretary"],
        ),
    ],
)
def test_accounts_are_found_by_name_role_and_state(admin: Client, query: str, names: list[str]) -> None:
    User.objects.filter(username="chair").update(is_active=False)
    assert listed(admin, query) == names


def test_the_list_costs_the_same_for_few_and_for_many(people: People, admin: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            admin.get("/administration/")
        return len(found)

    few = queries()
    for number in range(60):
        make_person(f"Người {number}", people.network.units["00715"], username=f"u{number}")
        user = User.objects.get(username=f"u{number}")
        Membership.objects.create(user=user, role="delegate", unit=people.network.units["00715"])
    assert queries() == few


def test_an_account_is_made_and_its_page_comes_next(people: People, admin: Client) -> None:
    words = {"username": "mai.lt", "full_name": "Lù Thị Mai", "role": "secretariat", "unit": "026 Huyện Đồng Văn"}
    answer = admin.post("/administration/accounts/new/", words)
    made = User.objects.get(username="mai.lt")
    assert answer.headers["Location"] == f"/administration/accounts/{made.pk}/"
    assert [(held.role, held.unit.code) for held in made.memberships.all()] == [("secretariat", "026")]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("username", "secretary", "Đã có tài khoản khác dùng tên này."),
        ("unit", "04", "Không có đơn vị nào mang mã này trong phạm vi đồng chí quản lý tài khoản."),
        ("unit", "", "Trường này là bắt buộc."),
        ("role", "king", "king"),
    ],
)
def test_what_does_not_do_is_said_at_its_field(
    people: People, admin: Client, field: str, value: str, said: str
) -> None:
    words = {"username": "mai.lt", "full_name": "Lù Thị Mai", "role": "secretariat", "unit": "026"}
    answer = admin.post("/administration/accounts/new/", words | {field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not User.objects.filter(username="mai.lt").exists()


def test_a_role_is_given_and_taken_away(people: People, admin: Client) -> None:
    path = f"/administration/accounts/{people.nobody.pk}"
    admin.post(f"{path}/roles/new/", {"role": "operator", "unit": "00691"})
    held = people.nobody.memberships.get()
    assert (held.role, held.unit.code) == ("operator", "00691")
    assert admin.post(f"{path}/roles/new/", {"role": "operator", "unit": "00691"}).status_code == 409
    admin.post(f"{path}/acts/withdraw-role/", {"row": held.pk})
    assert people.nobody.memberships.count() == 0


@pytest.mark.parametrize("row", ["", "x", "٣", "99999999999999999999", "0"])
def test_a_role_that_is_not_there_changes_nothing(people: People, admin: Client, row: str) -> None:
    path = f"/administration/accounts/{people.secretary.pk}"
    assert admin.post(f"{path}/acts/withdraw-role/", {"row": row}).status_code == 302
    assert people.secretary.memberships.count() == 1


def test_the_page_of_an_account_shows_a_working_link_once(people: People, admin: Client) -> None:
    path = f"/administration/accounts/{people.secretary.pk}"
    answer = admin.post(f"{path}/password/")
    (link,) = re.findall(r'<code class="secret-link">([^<]+)</code>', answer.content.decode())
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Client().get(link, follow=True).context["form"].fields.keys() == {"password1", "password2"}
    assert "secret-link" not in admin.get(f"{path}/").content.decode()


def test_an_account_is_shut_and_opened_again(people: People, admin: Client) -> None:
    path = f"/administration/accounts/{people.secretary.pk}"
    issue_token(None, people.secretary, label="lịch")
    assert "lịch" in admin.get(f"{path}/").content.decode()
    admin.post(f"{path}/acts/deactivate/")
    assert not User.objects.get(pk=people.secretary.pk).is_active
    admin.post(f"{path}/acts/reactivate/")
    assert User.objects.get(pk=people.secretary.pk).is_active
    assert admin.post(f"{path}/acts/delete/").status_code == 404


def test_one_s_own_account_is_refused_with_the_way_out(people: People, admin: Client) -> None:
    path = f"/administration/accounts/{people.administrator.pk}"
    page = admin.post(f"{path}/acts/deactivate/", follow=True).content.decode()
    assert "Đây là tài khoản của chính đồng chí." in page
    assert User.objects.get(pk=people.administrator.pk).is_active


def test_accounts_of_others_are_not_there(people: People, admin: Client) -> None:
    assert admin.get(f"/administration/accounts/{people.outsider.pk}/").status_code == 404
    assert admin.post(f"/administration/accounts/{people.outsider.pk}/acts/deactivate/").status_code == 404
    assert User.objects.get(pk=people.outsider.pk).is_active


def test_an_account_with_a_role_beyond_one_s_reach_is_seen_and_not_changed(people: People, client: Client) -> None:
    Membership.objects.create(user=people.secretary, role="delegate", unit=people.network.units["026"])
    client.force_login(district_administrator(people))
    path = f"/administration/accounts/{people.secretary.pk}"
    page = client.get(f"{path}/").content.decode()
    assert "Tài khoản này còn giữ vai trò ngoài phạm vi đơn vị của đồng chí." in page
    assert "acts/deactivate" not in page
    for act in ("password/", "acts/deactivate/", "roles/new/"):
        assert client.post(f"{path}/{act}").status_code == 403
    assert User.objects.get(pk=people.secretary.pk).has_usable_password()


def test_nobody_gives_a_role_beyond_their_own_reach(people: People, client: Client) -> None:
    client.force_login(district_administrator(people))
    path = f"/administration/accounts/{people.delegate.pk}/roles/new/"
    assert client.post(path, {"role": "administrator", "unit": "02"}).status_code == 422
    assert [held.role for held in people.delegate.memberships.all()] == ["delegate"]


def test_units_are_offered_by_code_and_by_words(admin: Client) -> None:
    def offered(text: str) -> list[str]:
        page = admin.get("/administration/units/", {"unit": text}).content.decode()
        return re.findall(r'value="([^"]+)"', page)

    assert (offered("dong van"), offered("007"), offered(" ")) == (["026 Huyện Đồng Văn"], ["00715 Xã Lũng Cú"], [])


def test_the_journal_is_read_by_whoever_audits_the_whole_network(people: People, admin: Client) -> None:
    assert admin.get("/administration/journal/").status_code == 403
    Membership.objects.create(user=people.administrator, role="administrator", unit=people.network.units["04"])
    issue_token(people.administrator, people.secretary)
    page = admin.get("/administration/journal/").content.decode()
    assert "Tạo khóa truy cập cho Nguyễn Thị Lan" in page
    assert "Vừa kiểm tra: 1 dòng, không dòng nào bị sửa hay mất." in page


def test_units_that_nobody_uses_do_not_keep_the_journal_from_anybody(people: People, admin: Client) -> None:
    people.network.endpoints["Y1"].delete()
    Membership.objects.filter(unit=people.network.units["04"]).delete()
    assert admin.get("/administration/journal/").status_code == 200


def test_a_journal_that_was_tampered_with_says_from_where(people: People, admin: Client) -> None:
    Membership.objects.create(user=people.administrator, role="administrator", unit=people.network.units["04"])
    for _time in range(2):
        issue_token(people.administrator, people.secretary)
    guard = {
        "sqlite": "DROP TRIGGER audit_entry_no_update",
        "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE audit_entry DISABLE TRIGGER USER",
    }
    with connection.cursor() as cursor:
        cursor.execute(guard[connection.vendor])
        cursor.execute("UPDATE audit_entry SET actor_name = 'Ai đó' WHERE seq = 2")
    page = admin.get("/administration/journal/").content.decode()
    assert "Nhật ký không còn toàn vẹn từ dòng 2." in page


def test_older_entries_are_a_page_away(people: People, admin: Client) -> None:
    Membership.objects.create(user=people.administrator, role="administrator", unit=people.network.units["04"])
    for _time in range(52):
        issue_token(people.administrator, people.secretary)
    first = admin.get("/administration/journal/").content.decode()
    assert first.count("<time ") == 50
    assert '?of=accounts&amp;before=3"' in first
    older = admin.get("/administration/journal/?before=3").content.decode()
    assert (older.count("<time "), Entry.objects.filter(chain__name="accounts").count()) == (2, 52)


@pytest.mark.parametrize(
    "query", ["?of=meeting:1", "?before=-1", "?before=9999999999999999999999", "?of=network&check=1"]
)
def test_a_journal_asked_for_strangely_is_still_a_page(people: People, admin: Client, query: str) -> None:
    Membership.objects.create(user=people.administrator, role="administrator", unit=people.network.units["04"])
    assert admin.get(f"/administration/journal/{query}").status_code == 200
