"""The pages of a reorganisation: what an administrator sees and does, with no line and with ten thousand."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Unit
from rooms.models import Endpoint, PassingUnit, Reorganisation
from rooms.reorganisation.actions.carrying_out import begin, carry_out
from rooms.reorganisation.actions.drafting import EndpointWish, add_by_hand, decide_endpoints, settle
from tests.people import SINCE, People
from tests.rooms.reorganisation.test_acts import MERGED, PAST
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

LIST = "/administration/reorganisation/"
MAPPING = "old_code,new_code,share\n00688,00691,main part\n00688,00715,part\n"


@pytest.fixture
def office(people: People) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(people.administrator)
    return client


def page_of(made: Reorganisation) -> str:
    return f"{LIST}{made.pk}/"


def upload(office: Client, made: Reorganisation, text: str, name: str = "a.csv") -> tuple[int, str]:
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    answer = office.post(f"{page_of(made)}acts/read/", {"file": file}, follow=True)
    return answer.status_code, answer.content.decode()


def test_from_an_empty_list_to_a_network_carried_out(office: Client, people: People) -> None:
    assert "No reorganisation was prepared yet." in office.get(LIST).content.decode()
    begun = office.post(LIST, {"title": "Sắp xếp", "on": "2025-07-01"})
    made = Reorganisation.objects.get()
    assert begun.headers["Location"] == f"{page_of(made)}?part=add"
    status, page = upload(office, made, MAPPING)
    assert status == 200
    assert "2 decisions are open: 1 units, 1 endpoints." in page
    line = made.passing_units.get()
    assert f'value="{line.pk}:00691"' in page
    office.post(f"{page_of(made)}acts/decide/", {"one": f"{line.pk}:00691"})
    page = office.get(page_of(made)).content.decode()
    assert "Every unit is decided." in page
    assert "disabled" not in page
    effects = office.get(page_of(made), {"part": "effects"}).content.decode()
    assert "Phường Trần Phú (Quang Trung)" in effects
    assert office.post(f"{page_of(made)}acts/carry-out/").headers["Location"] == LIST
    assert "Carried out" in office.get(LIST).content.decode()
    done = office.get(page_of(made)).content.decode()
    assert "Quang Trung" in done
    assert "acts/" not in done, "nothing can be changed any more"


def test_suggestions_are_taken_with_one_press(office: Client, people: People) -> None:
    made = begin(people.administrator, "Sắp xếp", PAST)
    upload(office, made, MAPPING)
    office.post(f"{page_of(made)}acts/suggest/")
    assert made.passing_units.get().heir == "00691"


def test_a_wrong_file_is_explained_and_changes_nothing(office: Client, people: People) -> None:
    made = begin(people.administrator, "Sắp xếp", PAST)
    status, page = upload(office, made, "old_code,new_code,share\n00688,,half\n")
    assert status == 422
    assert "Row 2, column new_code: nothing is written here" in page
    assert "“half” is no share" in page
    assert upload(office, made, "%PDF-1.4 not a sheet")[0] == 415
    assert not made.passing_units.exists()


def test_what_was_typed_by_hand_is_kept_when_it_is_refused(office: Client, people: People) -> None:
    made = begin(people.administrator, "Sắp xếp", PAST)
    sent = {"olds": "00688 09999", "share": "whole", "code": "00691", "name": "Phường Mới", "kind": "phường"}
    refused = office.post(f"{page_of(made)}acts/add/", sent)
    assert refused.status_code == 422
    assert "A new unit needs this." in refused.content.decode()
    refused = office.post(f"{page_of(made)}acts/add/", sent | {"tier": "commune"})
    assert refused.status_code == 422
    assert "09999" in refused.content.decode()
    assert 'value="Phường Mới"' in refused.content.decode()
    assert not made.coming_units.exists()
    ok = office.post(
        f"{page_of(made)}acts/add/", sent | {"tier": "commune", "olds": "00688, 00691", "parent_code": "024"}
    )
    assert ok.status_code == 302
    assert made.passing_units.count() == 2


def test_a_meeting_in_the_way_is_named_with_a_way_to_it(office: Client, people: People) -> None:
    meeting = make_meeting(people, endpoints=("T1", "X00715"))
    made = begin(people.administrator, "Đóng", PAST)
    answer = office.post(
        f"{page_of(made)}acts/endpoints/", {"codes": "X00715", "decision": "close", "closes_on": "2026-01-01"}
    )
    assert answer.status_code == 302
    page = office.get(page_of(made)).content.decode()
    assert "The endpoint is closed by then." in page
    way = f"/meetings/of-booking/{meeting.booking_id}/"
    assert way in page
    assert office.get(way).headers["Location"] == f"/meetings/{meeting.pk}/"
    office.post(f"{page_of(made)}acts/carry-out/")
    assert Endpoint.objects.get(code="X00715").valid_to is None


def test_endpoints_are_decided_with_every_field_that_was_filled_in(office: Client, people: People) -> None:
    made = begin(people.administrator, "Điểm cầu", PAST)
    address = f"{page_of(made)}acts/endpoints/"
    assert office.post(address, {"decision": "close"}).status_code == 422
    assert office.post(address, {"decision": "move", "codes": "X00715"}).status_code == 422
    assert office.post(address, {"decision": "move", "codes": "X00715", "unit": "00991"}).status_code == 422
    bridge = people.network.bridges["MCU-01"]
    sent = {"decision": "move", "rows": ["X00715"], "unit": "00691 Phường", "name": "Hội trường", "bridge": bridge.pk}
    assert office.post(address, sent).status_code == 302
    carry_out(people.administrator, made)
    moved = Endpoint.objects.get(code="X00715")
    assert (moved.unit.code, moved.name, moved.bridge) == ("00691", "Hội trường", bridge)


def _many(people: People, made: Reorganisation, number: int) -> None:
    above = people.network.units["026"]
    units = Unit.objects.bulk_create(
        Unit(
            code=f"Z{n:05}",
            name=f"Xã {n}",
            kind="xã",
            tier="commune",
            parent=above,
            path=f"{above.path}{900000 + n}/",
            valid_from=SINCE,
            search_text=f"xa {n}",
        )
        for n in range(number)
    )
    PassingUnit.objects.bulk_create(
        PassingUnit(reorganisation=made, unit=unit, shares=[["00715", "part"], ["00691", "part"]]) for unit in units
    )


@pytest.mark.parametrize("part", ["units", "units&show=all", "endpoints", "effects", "add"])
def test_the_page_asks_the_same_number_of_questions_whatever_the_number_of_lines(
    office: Client, people: People, part: str
) -> None:
    def asked(made: Reorganisation) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(f"{page_of(made)}?part={part}").status_code == 200
        return len(queries)

    few, many = (begin(people.administrator, name, PAST) for name in ("ít", "nhiều"))
    asked(few)
    add_by_hand(people.administrator, few, ["00688"], MERGED)
    add_by_hand(people.administrator, many, ["00688"], MERGED)
    _many(people, many, 208)
    for made in (few, many):
        settle(people.administrator, made)
    assert asked(many) == asked(few)


def test_ten_thousand_lines_are_shown_a_page_at_a_time(office: Client, people: People) -> None:
    made = begin(people.administrator, "Cả nước", PAST)
    _many(people, made, 10_000)
    page = office.get(page_of(made)).content.decode()
    assert "1–50 of 10,000" in page
    assert "9999 commune" in office.get(page_of(made), {"q": "z09999"}).content.decode()


@pytest.fixture
def command(people: People, tmp_path: Path) -> Callable[..., str]:
    def run(*arguments: str, text: str = MAPPING) -> str:
        file = tmp_path / "mapping.csv"
        file.write_text(text, encoding="utf-8")
        out = io.StringIO()
        with translation.override("en"):
            call_command("reorganise", str(file), "--on", "2025-07-01", *arguments, stdout=out)
        return out.getvalue()

    return run


def test_the_command_tries_first_and_does_it_when_told_to(command: Callable[..., str]) -> None:
    tried = command()
    assert "1 units and 1 endpoints are undecided" in tried
    assert "this was a trial" in tried
    with pytest.raises(CommandError, match="something is still undecided"):
        command("--carry-out")
    assert "Carried out." in command("--suggested", "--carry-out")
    assert Unit.objects.get(code="00688").valid_to == dt.date(2025, 7, 1)
    with pytest.raises(CommandError, match="Row 2, column share"):
        command(text="old_code,new_code,share\n00715,00691,half\n")


def test_a_wish_for_an_endpoint_shows_in_the_list(office: Client, people: People) -> None:
    made = begin(people.administrator, "Tên", PAST)
    decide_endpoints(people.administrator, made, ["X00715"], EndpointWish(decision="follow", name="Hội trường"))
    assert "Hội trường" in office.get(page_of(made), {"part": "endpoints"}).content.decode()
