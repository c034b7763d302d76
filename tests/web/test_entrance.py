"""The way in, and the pages for when something cannot be shown."""

import re
from typing import Protocol

import pytest
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from pytest_django import Settings

from tests.people import People

LOGIN = "/accounts/login/"


class Answer(Protocol):
    """What Django's test client gives back, as far as these tests look at it."""

    content: bytes


# The token of forms is masked anew each time it is written.
MASKED = re.compile(r"\b[A-Za-z0-9]{64}\b")
HEADING = re.compile(r"<h1>(.*?)</h1>")


def heading(response: Answer) -> str:
    (text,) = HEADING.findall(response.content.decode())
    return str(text)


def said(response: Answer) -> str:
    return response.content.decode()


@pytest.mark.django_db
def test_the_login_page_is_vietnamese_unless_one_chooses(client: Client) -> None:
    assert heading(client.get(LOGIN)) == "Đăng nhập"
    client.post("/i18n/setlang/", {"language": "en", "next": LOGIN})
    assert heading(client.get(LOGIN)) == "Log in"


def test_the_login_page_draws_the_networks_endpoints(client: Client, people: People) -> None:
    page = said(client.get(LOGIN))
    assert page.count("<circle class=") == 8
    assert "8 điểm cầu," in page


@pytest.mark.django_db
def test_the_login_page_stands_without_a_network(client: Client) -> None:
    page = said(client.get(LOGIN))
    assert page.count("<circle class=") == 0
    assert "mọi điểm cầu," in page


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_demonstration_accounts_are_named_on_a_demonstration_only(
    client: Client, settings: Settings, demo: bool
) -> None:
    settings.DEMO = demo
    assert ("data-fill" in said(client.get(LOGIN))) is demo


def test_a_wrong_password_is_refused_in_a_sentence_and_keeps_the_name(client: Client, people: People) -> None:
    page = client.post(LOGIN, {"login": "secretary", "password": "wrong"})
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in said(page)
    assert 'value="secretary"' in said(page)


@pytest.mark.parametrize(("remember", "kept"), [({}, False), ({"remember": "on"}, True)])
def test_a_login_is_remembered_only_on_ones_own_computer(
    client: Client, people: People, remember: dict[str, str], kept: bool
) -> None:
    client.post(LOGIN, {"login": "secretary", "password": "demo-pass-1", **remember})
    session = client.session
    assert session["_auth_user_id"] == str(people.secretary.pk)
    assert session.get_expire_at_browser_close() is not kept
    assert session.get_expiry_age() == 12 * 3600


def test_leaving_asks_first_and_then_ends_the_session(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    assert heading(client.get("/accounts/logout/")) == "Đăng xuất khỏi máy này?"
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown_addresses(client: Client, people: People) -> None:
    people.secretary.email = "lan@example.vn"
    people.secretary.save()
    answers = {
        said(client.post("/accounts/password/reset/", {"email": address}, follow=True))
        for address in ("lan@example.vn", "unknown@example.vn")
    }
    assert {HEADING.findall(answer)[0] for answer in answers} == {"Đã gửi đường dẫn"}
    assert [message.subject for message in mail.outbox] == ["Đặt lại mật khẩu"] * 2
    assert "Có yêu cầu đặt lại mật khẩu cho tài khoản secretary." in mail.outbox[0].body


def test_the_link_of_the_mail_leads_to_a_new_password(client: Client, people: People) -> None:
    people.secretary.email = "lan@example.vn"
    people.secretary.save()
    client.post("/accounts/password/reset/", {"email": "lan@example.vn"})
    (link,) = re.findall(r"https?://\S+?(/accounts/password/reset/\S+)", str(mail.outbox[0].body))
    form = client.get(link, follow=True)
    assert heading(form) == "Mật khẩu mới"
    path = form.redirect_chain[-1][0]
    done = client.post(path, {"password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai"}, follow=True)
    assert heading(done) == "Đã lưu mật khẩu mới"
    assert heading(client.get(link, follow=True)) == "Đường dẫn này không còn hiệu lực"


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/"])
def test_pages_of_ones_own_account_stand_in_the_desk(client: Client, people: People, path: str) -> None:
    client.force_login(people.secretary)
    page = said(client.get(path, follow=True))
    assert 'href="/static/css/tokens.css"' in page
    assert "Nguyễn Thị Lan" in page or "Xác nhận đúng là đồng chí" in page


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/email/", "/accounts/inactive/", "/accounts/reauthenticate/"]
)
def test_every_other_page_of_accounts_has_the_offices_look(client: Client, people: People, path: str) -> None:
    client.force_login(people.secretary) if path != "/accounts/signup/" else None
    assert 'href="/static/css/tokens.css"' in said(client.get(path, follow=True))


@pytest.mark.django_db
def test_not_found_and_not_allowed_read_the_same(client: Client) -> None:
    missing = client.get("/khong-co/")
    assert missing.status_code == 404
    assert heading(missing) == "Không có trang này hoặc đồng chí không được xem"
    pages = {MASKED.sub("", get_template(name).render({}, missing.wsgi_request)) for name in ("403.html", "404.html")}
    assert len(pages) == 1


def test_a_failure_is_told_without_database_or_user(rf: object) -> None:
    page = get_template("500.html").render()
    assert "Máy chủ đang bận, chưa làm được việc vừa rồi" in page
    assert 'lang="en"' in page


@pytest.mark.django_db
def test_an_unreadable_request_is_told_without_its_request() -> None:
    assert "Không đọc được nội dung vừa gửi" in get_template("400.html").render()


@pytest.mark.django_db
def test_a_form_of_an_old_page_says_that_nothing_was_saved() -> None:
    refused = Client(enforce_csrf_checks=True).post(LOGIN, {"login": "x", "password": "y"})
    assert refused.status_code == 403
    assert heading(refused) == "Chưa lưu được: trang này mở đã quá lâu"
