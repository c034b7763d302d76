"""Precedence seen from both sides: the province takes a district's time; the district reads it, moves, and is told."""

import re

from playwright.sync_api import expect

from accounts.decision import Role
from accounts.models import Membership
from meetings.planning.models import Meeting
from rooms.models import Booking
from tests.e2e.conftest import Visit
from tests.e2e.test_secretariat import fill, held
from tests.people import People, make_person
from tests.scenes import invite, make_meeting

HIGHER, LOWER = "Họp khẩn phòng, chống bão số 3", "Tập huấn chuyển đổi số"


def district_meeting(people: People) -> Meeting:
    """08:00–10:00 at the district's endpoints, booked by its own secretary, one person invited."""
    clerk = make_person("Sùng Mí Páo", people.network.units["026"], username="clerk", phone="0912.000.009").user
    assert clerk is not None
    Membership.objects.create(user=clerk, role=Role.SECRETARIAT.value, unit=people.network.units["026"])
    meeting = make_meeting(people, unit="026", endpoints=["H026", "X00715"], title=LOWER)
    Booking.objects.filter(meeting=meeting).update(owner=clerk, owner_name="Sùng Mí Páo", owner_phone="0912.000.009")
    Meeting.objects.filter(pk=meeting.pk).update(created_by=clerk, selection={"endpoints": ["H026", "X00715"]})
    people.network.bridges["MCU-02"].ports = 20
    people.network.bridges["MCU-02"].save()
    invite(meeting, people, "delegate", "H026")
    return meeting


def test_precedence_from_both_sides(as_user: Visit, people: People) -> None:
    lower = district_meeting(people)
    province, district = as_user("secretary", language="en"), as_user(None, language="en")
    district.goto("/accounts/login/")
    district.get_by_label("User name").fill("clerk")
    district.get_by_label("Password", exact=True).fill("demo-pass-1")
    district.get_by_role("button", name="Log in").click()
    expect(district.get_by_role("heading", name="News for you")).to_have_count(0)

    # The province meets the conflict, sees that it gives way, and must say why.
    province.goto("/meetings/new/")
    fill(province, HIGHER, "08:00", "10:00")
    expect(province.locator("#sheet")).to_contain_text(LOWER)
    province.get_by_role("button", name="Take precedence…").click()
    expect(province.get_by_role("heading", level=1)).to_have_text("Take precedence")
    row = province.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(LOWER)
    expect(row).to_contain_text("Sùng Mí Páo")
    expect(row.get_by_role("link", name="0912.000.009")).to_have_attribute("href", "tel:0912.000.009")
    province.get_by_role("button", name="Back to the form").click()
    expect(province.get_by_label("Name of the meeting")).to_have_value(HIGHER)
    province.get_by_role("button", name="Take precedence…").click()
    province.get_by_label("Force majeure").check()
    province.get_by_label("Reason").fill("Bão số 3 đổ bộ")
    province.get_by_role("button", name="Displace 1 meeting and book").click()
    expect(province.get_by_role("heading", level=1)).to_have_text("Booked; 1 meeting gives way")
    expect(province.locator("main")).to_contain_text("Force majeure: Bão số 3 đổ bộ")
    assert (len(held(HIGHER)), held(LOWER)) == (7, [])

    # The district reads who, why and whom to ring, and takes one of three times.
    district.goto("/")
    news = district.locator(".news li")
    expect(news).to_contain_text(f"“{LOWER}” must be moved")
    expect(news).to_contain_text("Nguyễn Thị Lan, 0219.000.0001")
    district.get_by_role("link", name="Choose a new time").click()
    expect(district.get_by_role("heading", name="To be moved")).to_be_visible()
    expect(district.locator("#meeting-displaced")).to_contain_text(f"“{HIGHER}” takes its time.")
    offers = district.locator(".offers > li")
    expect(offers).to_have_count(3)

    # The storm passes: the province cancels, and the district's old time is one click away.
    province.get_by_role("link", name="To the meeting").click()
    province.get_by_label("More").click()
    province.get_by_role("button", name="Cancel the meeting").click()
    province.locator("dialog[open]").get_by_role("button", name="Cancel the meeting").click()
    expect(province.locator("main")).to_contain_text("This meeting is cancelled.")
    district.goto("/")
    freed = district.locator(".news li").filter(has_text="is free again")
    expect(freed).to_contain_text(f"The old time of “{LOWER}” is free again: 08:00–10:00")
    freed.get_by_role("button", name="Take the old time back").click()
    expect(district.get_by_role("heading", level=1)).to_have_text(LOWER)
    expect(district.locator("[data-toast]")).to_contain_text(re.compile("^Booked at 08:00, 01/12/2031"))
    assert held(LOWER) == ["H026", "X00715"]
    lower.refresh_from_db()
    assert (lower.status, lower.displaced_by_id) == ("scheduled", None)
    district.goto("/")
    expect(district.locator(".news li")).to_have_count(0)
