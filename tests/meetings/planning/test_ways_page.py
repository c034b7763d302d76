"""A short bridge at the desk: its ways out are buttons, what was taken is shown and can be taken back."""

import pytest
from django.test import Client
from django.urls import reverse

from meetings.planning.actions import change_meeting, create_meeting
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import Changes
from rooms.models import BookedEndpoint
from rooms.occupancy import ways_of
from rooms.scheduling.ways import Way
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.meetings.planning.test_booking_page import wish
from tests.people import People, at
from tests.scenes import make_meeting


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    """MCU-01 has a port less than the whole network needs: T1, T2, H024, X00688, X00691 and the link to MCU-02."""
    client.force_login(people.secretary)
    people.network.bridges["MCU-02"].ports = 20
    people.network.bridges["MCU-02"].save()
    people.network.bridges["MCU-01"].ports = 5
    people.network.bridges["MCU-01"].save()
    return client


BY_BRIDGE, BY_RELAY, BY_TELEVISION = "X00691:bridge:MCU-02", "X00691:relay:H024", "X00691:receive"


def test_a_short_bridge_shows_its_ways_out_as_buttons(desk: Client) -> None:
    answer = desk.post(reverse("meeting-check"), wish())
    (row,) = answer.context["sheet"].obstacles
    assert [out.written for out in row.outs] == [BY_BRIDGE, BY_RELAY, BY_TELEVISION]
    content = answer.content.decode()
    for words in (
        "X00691 Phường Trần Phú là điểm cầu đầu tiên không đủ cổng.",
        "Cho 1 điểm cầu vào qua MCU-02",
        "Để H024 chuyển tiếp cho 1 điểm cầu",
        "Cho 1 điểm cầu chỉ xem qua truyền hình",
        f'name="take_way" value="{BY_BRIDGE}"',
    ):
        assert words in content


@pytest.mark.parametrize(
    ("taken", "way", "words"),
    [
        (BY_BRIDGE, Way(bridge="MCU-02"), "</b> vào qua MCU-02"),
        (BY_RELAY, Way(relay="H024"), "</b> được H024 Thành phố Hà Giang chuyển tiếp"),
        (BY_TELEVISION, Way(receive=True), "</b> chỉ xem qua truyền hình"),
    ],
)
def test_a_way_out_is_taken_checked_and_booked(desk: Client, taken: str, way: Way, words: str) -> None:
    answer = desk.post(reverse("meeting-check"), wish(take_way=taken))
    content = answer.content.decode()
    assert answer.context["sheet"].fits
    assert f"<b>X00691 Phường Trần Phú{words}" in content
    assert f'<input type="hidden" name="way" value="{taken}">' in content
    desk.post(reverse("meeting-new"), wish(way=taken))
    assert ways_of(Meeting.objects.get().booking_id) == {"X00691": way}


def test_without_script_a_button_of_the_sheet_asks_and_books_nothing(desk: Client) -> None:
    answer = desk.post(reverse("meeting-new"), wish(take_way=BY_RELAY, act=""))
    assert (answer.status_code, answer.context["sheet"].fits, Meeting.objects.count()) == (200, True, 0)
    answer = desk.post(reverse("meeting-new"), wish(way=BY_RELAY, drop_way="X00691", act=""))
    assert (answer.context["sheet"].fits, answer.context["sheet"].joins, Meeting.objects.count()) == (False, [], 0)


def test_an_endpoint_that_is_in_the_way_is_left_out_with_one_button(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(15))
    content = desk.post(reverse("meeting-check"), wish(way=BY_RELAY)).content.decode()
    assert 'name="leave_out" value="H026"' in content
    answer = desk.post(reverse("meeting-new"), wish(way=BY_RELAY, leave_out="H026", act=""))
    assert (answer.status_code, Meeting.objects.count()) == (200, 1)
    assert [endpoint.code for endpoint in answer.context["form"].excepted] == ["H026"]
    assert '<input type="hidden" name="except" value="H026">' in answer.content.decode()
    assert answer.context["sheet"].fits


def test_several_ways_are_one_line_and_go_together(desk: Client, people: People) -> None:
    both = "X00688:relay:H024,X00691:relay:H024"
    answer = desk.post(reverse("meeting-check"), wish(way=both))
    (row,) = answer.context["sheet"].joins
    assert (row.codes, row.written) == (["X00688", "X00691"], both)
    assert "</b> và 1 điểm cầu khác được H024" in answer.content.decode()
    assert desk.post(reverse("meeting-check"), wish(way=both, drop_way="X00688,X00691")).context["sheet"].joins == []


def test_the_way_of_an_endpoint_that_is_taken_off_goes_with_it(desk: Client) -> None:
    fewer = wish(tier=["province"], way=[BY_RELAY, "H024:bridge:MCU-02"])
    assert desk.post(reverse("meeting-check"), fewer).context["sheet"].joins == []
    desk.post(reverse("meeting-new"), fewer)
    assert ways_of(Meeting.objects.get().booking_id) == {}


def test_what_was_taken_stays_while_the_form_cannot_be_checked(desk: Client) -> None:
    for address in ("meeting-check", "meeting-new"):
        content = desk.post(reverse(address), wish(title="", way=BY_BRIDGE)).content.decode()
        assert f'<input type="hidden" name="way" value="{BY_BRIDGE}">' in content


@pytest.mark.parametrize("way", ["X00691:bridge:MCU-99", "T1:receive", "X00691:relay:X00691", "X00691:relay:\x00", "x"])
def test_a_way_that_cannot_be_is_refused_or_lapses_and_never_a_fault(desk: Client, way: str) -> None:
    assert desk.post(reverse("meeting-check"), wish(way=way)).status_code == 200
    assert desk.post(reverse("meeting-new"), wish(way=way)).status_code in {409, 422}
    assert Meeting.objects.count() == 0


def test_a_bridge_that_is_not_there_is_said_and_can_be_taken_back(desk: Client) -> None:
    content = desk.post(reverse("meeting-check"), wish(way="X00691:bridge:MCU-99")).content.decode()
    assert "có cách kết nối không còn dùng được" in content
    assert 'name="drop_way" value="X00691"' in content


def test_a_full_link_is_told_as_a_link(desk: Client, people: People) -> None:
    people.network.bridges["MCU-01"].ports = 20
    people.network.bridges["MCU-01"].save()
    people.network.bridges["MCU-02"].link_ports = 0
    people.network.bridges["MCU-02"].save()
    answer = desk.post(reverse("meeting-check"), wish())
    (row,) = answer.context["sheet"].obstacles
    assert "Đường nối MCU-02 Cao nguyên đá với MCU-01 đã đầy" in answer.content.decode()
    assert [out.written for out in row.outs] == [
        "H026:bridge:MCU-01,X00715:bridge:MCU-01",
        "H026:receive,X00715:receive",
    ]


def test_a_draft_says_that_ways_are_chosen_again(desk: Client) -> None:
    answer = desk.post(reverse("meeting-new"), wish(act="draft", way=BY_BRIDGE), follow=True)
    assert "Cách kết nối của các điểm cầu được chọn lại khi đặt." in answer.content.decode()


@pytest.mark.parametrize("address", ["meeting", "meeting-edit"])
def test_the_pages_of_a_meeting_say_who_joins_how_only_when_somebody_does(
    desk: Client, people: People, address: str
) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    page = reverse(address, args=[meeting.pk])
    assert "Kết nối theo cách khác" not in desk.get(page).content.decode()
    change_meeting(people.secretary, meeting, version=1, changes=Changes(ways={"X00715": Way(bridge="MCU-01")}))
    content = desk.get(page).content.decode()
    assert "Kết nối theo cách khác" in content
    assert "<b>X00715 Xã Lũng Cú</b> vào qua MCU-01" in content
    assert ("drop_way" in content) == (address == "meeting-edit")


def edited(desk: Client, meeting: Meeting, **changes: object) -> dict[str, object]:
    """What the edit form sends when nothing but these was touched."""
    form = desk.get(reverse("meeting-edit", args=[meeting.pk])).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in values.items()}
    sent |= {f"initial-{name}": value for name, value in sent.items() if name != "version"}
    return sent | changes


def test_a_way_is_taken_back_on_the_edit_page_and_saved_with_the_rest(desk: Client, people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people, ways=WAYS))
    page = reverse("meeting-edit", args=[meeting.pk])
    answer = desk.post(page, edited(desk, meeting, title="Tên mới", drop_way="X00715"))
    assert (answer.context["joins"], answer.context["form"]["title"].value()) == ([], "Tên mới")
    assert "Chưa lưu." in answer.content.decode()
    assert ways_of(meeting.booking_id) == WAYS
    desk.post(page, edited(desk, meeting, ways=""))
    assert ways_of(meeting.booking_id) == {}


def test_a_move_that_meets_a_short_bridge_is_led_out_on_the_edit_page(desk: Client, people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    people.network.bridges["MCU-02"].ports = 3
    people.network.bridges["MCU-02"].save()
    create_meeting(
        people.secretary,
        plan(
            people,
            title="Họp huyện",
            selection=read_selection({"endpoints": ["H024"]}),
            host_endpoint="H024",
            starts_at=at(14),
            ends_at=at(16),
            ways={"H024": Way(bridge="MCU-02")},
        ),
    )
    page = reverse("meeting-edit", args=[meeting.pk])
    moved = {"start": "14:00", "end": "16:00"}
    answer = desk.post(page, edited(desk, meeting, **moved))
    assert answer.status_code == 409
    assert 'name="take_way" value="X00715:relay:H026" formnovalidate form="edit-form"' in answer.content.decode()
    answer = desk.post(page, edited(desk, meeting, **moved, take_way="X00715:relay:H026"))
    assert answer.status_code == 200
    written = answer.context["form"]["ways"].value()
    assert desk.post(page, edited(desk, meeting, **moved, ways=written)).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.starts_at, ways_of(meeting.booking_id)) == (at(14), {"X00715": Way(relay="H026")})


def test_enter_in_the_booking_form_only_looks(desk: Client) -> None:
    content = desk.get(reverse("meeting-new")).content.decode()
    first = content.index("<button", content.index('id="booking"'))
    assert content[first:].startswith('<button class="only-read" name="look"')
    assert desk.post(reverse("meeting-new"), wish(look="1")).status_code == 200
    assert Meeting.objects.count() == 0


WAYS = {"X00715": Way(relay="H026")}


def test_ways_stay_through_later_edits(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people, ways=WAYS))
    meeting = change_meeting(people.secretary, meeting, version=1, changes=Changes(starts_at=at(9), ends_at=at(11)))
    assert ways_of(meeting.booking_id) == WAYS
    meeting = change_meeting(people.secretary, meeting, version=2, changes=Changes(title="Tên mới"))
    assert ways_of(meeting.booking_id) == WAYS


def test_whoever_leaves_loses_the_way_and_so_does_who_was_relayed_by_it(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people, ways=WAYS))
    selection = read_selection({"endpoints": ["T1", "X00715", "H024"]})
    meeting = change_meeting(people.secretary, meeting, version=1, changes=Changes(selection=selection))
    assert booked_codes(meeting) == ["T1", "H024", "X00715"]
    assert ways_of(meeting.booking_id) == {}
    assert set(BookedEndpoint.objects.values_list("way", flat=True)) == {"port"}
