"""Three communes become one on a page, and last year's report still calls them as they were called."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Unit
from meetings.planning.models import Meeting
from rooms.models import Endpoint, Tier
from tests.e2e.conftest import Visit
from tests.people import People, at, make_endpoint, make_unit
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db(transaction=True)

OLD = {"00715": "Xã Lũng Cú", "00718": "Xã Má Lé", "00724": "Xã Lũng Táo"}


def test_merging_three_communes_and_reading_last_years_report(as_user: Visit, people: People) -> None:
    network = people.network
    for code in ("00718", "00724"):
        unit = make_unit(code, OLD[code], "xã", "commune", network.units["026"])
        network.units[code] = unit
        network.endpoints[f"X{code}"] = make_endpoint(
            f"X{code}", unit, Tier.objects.get(code="commune"), network.bridges["MCU-02"]
        )
    meeting = make_meeting(
        people,
        starts_at=at(8, day=15, month=5, year=2025),
        status=Meeting.Status.CLOSED,
        endpoints=("T1", *(f"X{code}" for code in OLD)),
        title="Giao ban tháng 5",
    )
    invite(meeting, people, "operator", "X00718")

    page = as_user("administrator")
    page.goto("/administration/")
    page.get_by_role("link", name="Sắp xếp đơn vị").click()
    page.get_by_label("Đợt sắp xếp này tên là gì?").fill("Nhập ba xã")
    page.get_by_label("Ngày hiệu lực").fill("2025-07-01")
    page.get_by_role("button", name="Lập bản thảo").click()

    page.get_by_label("Mã các đơn vị cũ").fill(", ".join(OLD))
    page.get_by_label("Mã đơn vị tiếp nhận").fill("00715")
    page.get_by_label("Mã đơn vị cấp trên").fill("026")
    page.get_by_label("Tên, nếu là đơn vị mới").fill("Xã Cực Bắc")
    page.get_by_label("Loại đơn vị").fill("xã")
    page.get_by_label("Cấp", exact=False).last.select_option("commune")
    page.get_by_role("button", name="Đưa vào bản thảo").click()

    expect(page.get_by_role("row", name=re.compile("Xã Má Lé"))).to_contain_text("Xã Cực Bắc")
    page.get_by_role("link", name=re.compile("^Thay đổi")).click()
    expect(page.get_by_role("row", name=re.compile("X00724"))).to_contain_text("Xã Cực Bắc (Lũng Táo)")
    page.get_by_role("button", name="Thực hiện").click()
    page.get_by_role("dialog").get_by_role("button", name="Thực hiện").click()
    expect(page.get_by_text("Đã thực hiện").first).to_be_visible()

    assert Unit.objects.get(code="00715", valid_to=None).name == "Xã Cực Bắc"
    assert Endpoint.objects.get(code="X00718").name == "Xã Cực Bắc (Má Lé)"
    page.goto(f"/meetings/{meeting.pk}/report/")
    page.locator("a[href='?view=all']").click()
    for name in OLD.values():
        expect(page.get_by_text(name).first).to_be_visible()
    expect(page.get_by_text("Cực Bắc")).to_have_count(0)
    page.goto("/network/?q=cuc+bac")
    expect(page.get_by_text("Xã Cực Bắc").first).to_be_visible()
