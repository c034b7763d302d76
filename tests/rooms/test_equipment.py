"""Lists of bridges and endpoints: taken over whole or not at all, and never below what is booked."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.units.rows import Problem
from audit.models import Entry
from rooms.actions import reserve
from rooms.equipment.actions import Loaded, load_bridges, load_endpoints
from rooms.equipment.rows import EquipmentRejected, parse_bridges, parse_endpoints
from rooms.models import Bridge, Endpoint
from rooms.wishes import BookingRequest
from tests.people import SINCE, Network, People, at

pytestmark = pytest.mark.django_db

BRIDGES = "code,name,unit,ports,parent,link_ports\n"
ENDPOINTS = "code,name,name_en,unit,tier,bridge,seats,active\n"


def bridges(text: str) -> Loaded:
    return load_bridges(None, parse_bridges((BRIDGES + text).encode()), source="mcu.csv")


def endpoints(text: str) -> Loaded:
    return load_endpoints(None, parse_endpoints((ENDPOINTS + text).encode()), valid_from=SINCE, source="diem-cau.csv")


def refused(load: Callable[[str], Loaded], text: str) -> list[tuple[int, str, str]]:
    before = (list(Bridge.objects.values_list()), list(Endpoint.objects.values_list()), Entry.objects.count())
    with pytest.raises(EquipmentRejected) as caught:
        load(text)
    after = (list(Bridge.objects.values_list()), list(Endpoint.objects.values_list()), Entry.objects.count())
    assert before == after
    return [(problem.row, problem.column, problem.reason) for problem in caught.value.problems]


def test_bridges_are_made_and_hang_where_the_list_says(network: Network) -> None:
    # A bridge may be named before the one that it hangs on.
    assert bridges("MCU-04,Phía Nam,02,48,MCU-03,4\nMCU-03,Phía Tây,02,48,MCU-01,\n") == Loaded(2, 0, 0)
    found = Bridge.objects.get(code="MCU-04")
    assert (found.name, found.ports, found.parent, found.link_ports) == (
        "Phía Nam",
        48,
        Bridge.objects.get(code="MCU-03"),
        4,
    )


def test_a_list_that_is_read_in_again_changes_nothing(network: Network) -> None:
    text = "MCU-03,Phía Tây,02,48,MCU-01,\nMCU-02,Cao nguyên đá,026,4,MCU-01,2\n"
    assert (bridges(text), bridges(text)) == (Loaded(1, 0, 1), Loaded(0, 0, 2))


def test_what_is_not_named_stays(network: Network) -> None:
    bridges("MCU-01,Trung tâm,02,96,,\n")
    assert list(Bridge.objects.values_list("code", "ports")) == [("MCU-01", 96), ("MCU-02", 4)]


def test_endpoints_take_from_their_unit_what_the_list_leaves_open(network: Network) -> None:
    assert endpoints("X00700,,,00691,,MCU-01,,\nT3,Hội trường lớn,Great hall,02,,,120,no\n") == Loaded(2, 0, 0)
    own, hall = Endpoint.objects.get(code="X00700"), Endpoint.objects.get(code="T3")
    assert (own.name, own.tier_id, own.seats, own.active, own.valid_from) == (
        "Phường Trần Phú",
        "commune",
        30,
        True,
        SINCE,
    )
    assert (hall.name_en, hall.bridge, hall.seats, hall.active) == ("Great hall", None, 120, False)


def test_an_endpoint_is_put_right_and_found_by_its_new_name(network: Network) -> None:
    assert endpoints("T2,Hội trường Đoàn,,02,,MCU-01,,yes\n") == Loaded(0, 1, 0)
    assert Endpoint.objects.get(code="T2").search_text.strip() == "t2 hoi truong doan"


def test_a_list_stands_in_the_journal(network: Network) -> None:
    endpoints("T2,Hội trường Đoàn,,02,,MCU-01,,\nT3,Hội trường lớn,,02,,,,\n")
    entry = Entry.objects.get(verb="endpoints.loaded")
    assert (entry.object_label, entry.data) == ("diem-cau.csv", {"created": ["T3"], "changed": ["T2"]})


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("MCU-09,,02,x,,\n", [(2, "name", "empty"), (2, "ports", "whole_number_invalid")]),
        ("MCU 9,Chín,02,1,,-1\n", [(2, "code", "code_invalid"), (2, "link_ports", "whole_number_invalid")]),
        ("A,Một,02,1,,\nA,Hai,02,1,,\n", [(3, "code", "duplicate_code")]),
        ("A,Một,99,1,B,\n", [(2, "parent", "bridge_missing"), (2, "unit", "unit_missing")]),
        ("A,Một,02,1,B,\nB,Hai,02,1,A,\n", [(2, "parent", "parent_cycle"), (3, "parent", "parent_cycle")]),
        ("MCU-01,Một,02,9,MCU-02,\n", [(2, "parent", "parent_cycle")]),
        ("A,Một,02,1\n", [(2, "", "cells_wrong")]),
        ('A,"Một,02,1,,\n', [(2, "", "not_a_table")]),
    ],
)
def test_a_wrong_list_of_bridges_is_refused_cell_by_cell(
    network: Network, text: str, problems: list[tuple[int, str, str]]
) -> None:
    assert refused(bridges, text) == problems


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (",,,,,,,x\n", [(2, "active", "yes_no_invalid"), (2, "code", "empty"), (2, "unit", "empty")]),
        ("A,,,02,king,MCU-9,1,\n", [(2, "bridge", "bridge_missing"), (2, "tier", "tier_unknown")]),
        ("A,,,99,,,999999,\n", [(2, "seats", "whole_number_invalid")]),
        ("A,,,99,,,,\n", [(2, "unit", "unit_missing")]),
    ],
)
def test_a_wrong_list_of_endpoints_is_refused_cell_by_cell(
    network: Network, text: str, problems: list[tuple[int, str, str]]
) -> None:
    assert refused(endpoints, text) == problems


def test_a_file_that_is_no_list_is_refused() -> None:
    for content, reason in ((b"\xff\xfe", "not_utf8"), (b"code,name\n", "column_missing"), (b"", "column_missing")):
        with pytest.raises(EquipmentRejected) as caught:
            parse_endpoints(content)
        assert {problem.reason for problem in caught.value.problems} == {reason}


def test_ports_that_meetings_to_come_need_cannot_be_taken_away(people: People) -> None:
    wish = BookingRequest(
        title="Giao ban",
        unit=people.network.units["02"],
        starts_at=at(8),
        ends_at=at(10),
        endpoints=("T1", "T2", "H024"),
        host_endpoint="T1",
    )
    reserve(people.secretary, wish)
    assert bridges("MCU-01,Trung tâm tỉnh,02,3,,\n") == Loaded(0, 1, 0)
    assert refused(bridges, "MCU-01,Trung tâm tỉnh,02,2,,\n") == [(0, "ports", "ports_in_use")]
    # Moved to the small bridge, they need two links' ends more than it has.
    moved = "".join(f"{code},,,02,,MCU-02,,\n" for code in ("T1", "T2", "H024", "H026"))
    assert endpoints(moved) == Loaded(0, 4, 0)
    bridges("MCU-02,Cao nguyên đá,026,3,MCU-01,2\n")
    assert refused(bridges, "MCU-02,Cao nguyên đá,026,2,MCU-01,2\n") == [(0, "ports", "ports_in_use")]


def command(name: str, file: Path) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command(name, str(file), stdout=out)
    return out.getvalue().strip()


def test_the_commands_say_what_they_did_and_what_is_wrong(network: Network, tmp_path: Path) -> None:
    good, bad = tmp_path / "mcu.csv", tmp_path / "diem-cau.csv"
    good.write_text(BRIDGES + "MCU-03,Phía Tây,02,48,MCU-01,\n", encoding="utf-8")
    bad.write_text(ENDPOINTS + "A,,,99,,MCU-9,,\n", encoding="utf-8")
    assert command("load_bridges", good) == "New: 1. Changed: 0. Unchanged: 0."
    with pytest.raises(CommandError) as caught:
        command("load_endpoints", bad)
    assert str(caught.value).splitlines() == [
        "Nothing was taken over.",
        "Row 2, column bridge: there is no bridge MCU-9",
        "Row 2, column unit: there is no unit 99 today",
    ]
    with pytest.raises(CommandError, match="No such file"):
        command("load_bridges", tmp_path / "none.csv")


def test_a_problem_is_the_same_as_that_of_units() -> None:
    with pytest.raises(EquipmentRejected) as caught:
        parse_bridges((BRIDGES + "A,Một,02,x,,\n").encode())
    assert caught.value.problems == (Problem(2, "ports", "whole_number_invalid", "x", "100000"),)
