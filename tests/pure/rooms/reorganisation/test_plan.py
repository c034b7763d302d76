"""The plan of a reorganisation: who ends, who begins, where each room goes, and that nothing gets lost on the way."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from accounts.units.rows import UnitLine
from rooms.reorganisation.plan import (
    Draft,
    Passage,
    Plan,
    Room,
    Standing,
    Wish,
    complete,
    first_decision,
    likely,
    make_plan,
)

DAY = dt.date(2025, 7, 1)
STANDING = {
    unit.code: unit
    for unit in (
        Standing("02", "Tỉnh Hà Giang", "tỉnh", "province"),
        Standing("026", "Huyện Đồng Văn", "huyện", "district", "02"),
        Standing("00715", "Xã Lũng Cú", "xã", "commune", "026"),
        Standing("00718", "Xã Má Lé", "xã", "commune", "026"),
        Standing("00721", "Thị trấn Đồng Văn", "thị trấn", "commune", "026"),
    )
}


def line(code: str, name: str, parent: str, *, kind: str = "xã", tier: str = "commune") -> UnitLine:
    return UnitLine(0, code, name, kind, tier, parent, None, None)


def rooms() -> list[Room]:
    return [
        Room(f"X{unit.code}" if unit.tier == "commune" else f"H{unit.code}", unit.name, unit.code, unit.tier, "MCU-01")
        for unit in STANDING.values()
    ]


def passage(code: str, *shares: tuple[str, str]) -> Passage:
    decision, heir = first_decision(shares)
    return Passage(code, shares, decision, heir)


def planned(
    passages: list[Passage],
    lines: list[UnitLine],
    *,
    listed: bool = False,
    wishes: tuple[Wish, ...] = (),
) -> tuple[Draft, Plan]:
    draft = complete(
        STANDING, {each.code: each for each in lines}, {each.code: each for each in passages}, listed=listed
    )
    return draft, make_plan(draft, rooms(), {wish.code: wish for wish in wishes}, on=DAY)


MERGED = [passage("00715", ("00715", "whole")), passage("00718", ("00715", "whole"))]
LUNG_CU = line("00715", "Xã Lũng Cú mới", "026")


def test_a_merger_names_one_room_as_the_unit_and_the_others_after_their_old_unit() -> None:
    _draft, plan = planned(MERGED, [LUNG_CU])
    assert plan.ends == {"00715": "00715", "00718": "00715"}
    assert {code: move.name for code, move in plan.moves.items()} == {
        "X00715": "Xã Lũng Cú mới",
        "X00718": "Xã Lũng Cú mới (Má Lé)",
    }
    assert (plan.undecided, plan.problems) == (0, [])


def test_a_merger_into_a_unit_that_stays_leaves_its_room_alone() -> None:
    _draft, plan = planned([passage("00718", ("00715", "whole"))], [])
    assert plan.ends == {"00718": "00715"}
    assert {code: move.name for code, move in plan.moves.items()} == {"X00718": "Xã Lũng Cú (Má Lé)"}


def test_a_divided_unit_waits_for_a_person_and_suggests_its_main_part() -> None:
    shares = (("00715", "main part"), ("00721", "part"))
    draft, plan = planned([passage("00718", *shares)], [])
    assert (plan.open_units, plan.open_rooms, plan.ends) == (["00718"], ["X00718"], {})
    assert draft.suggestions == {"00718": "00715"}
    assert likely((("1", "main part"), ("2", "main part"))) == ""


def test_a_district_with_nothing_left_is_undecided_and_so_is_its_room() -> None:
    moved = [passage(code, ("00721", "whole")) for code in ("00715", "00718", "00721")]
    draft, plan = planned(moved, [line("00721", "Xã Đồng Văn", "02")])
    assert plan.open_units == ["026"]
    assert draft.suggestions == {"026": "02"}
    assert plan.suggested_rooms == {"H026": "00721"}


def test_the_room_of_a_district_does_not_become_one_of_the_province_by_itself() -> None:
    moved = [passage(code, ("00721", "whole")) for code in ("00715", "00718", "00721")]
    decided = [*moved, Passage("026", (), "pass", "02")]
    new = [line("00721", "Xã Đồng Văn", "02")]
    assert planned(decided, new)[1].open_rooms == ["H026"]
    follows = planned(decided, new, wishes=(Wish("H026", "follow"),))[1].moves["H026"]
    assert (follows.unit, follows.tier) == ("02", "province")
    closes = planned(decided, new, wishes=(Wish("H026", "close"),))[1].moves["H026"]
    assert closes.closes_on == DAY
    other = planned(decided, new, wishes=(Wish("H026", "move", "00721"),))[1].moves["H026"]
    assert (other.name, other.tier) == ("Xã Đồng Văn (Huyện Đồng Văn)", "commune")


def test_what_hangs_under_a_renamed_unit_begins_anew_under_it() -> None:
    """So that the old rows keep the old tree, and reports of the past with them."""
    _draft, plan = planned(
        [passage("026", ("026", "whole"))], [line("026", "Khu Đồng Văn", "02", kind="khu", tier="district")]
    )
    assert plan.ends == {code: code for code in ("026", "00715", "00718", "00721")}
    assert {each.code: each.parent_code for each in plan.opens.values()} == {
        "026": "02",
        "00715": "026",
        "00718": "026",
        "00721": "026",
    }
    assert plan.undecided == 0
    assert plan.moves["X00715"].renamed is False


def test_a_complete_list_ends_what_it_does_not_name() -> None:
    listed = [
        line("08", "Tỉnh Tuyên Quang", "", kind="tỉnh", tier="province"),
        line("00715", "Xã Lũng Cú", "08"),
        line("99999", "Xã Xa", "77"),
        line("77", "Tỉnh Khác", "", kind="tỉnh", tier="province"),
    ]
    draft, plan = planned(MERGED, listed, listed=True)
    assert set(plan.opens) == {"08", "00715"}, "of a list of the country only the provinces that are touched"
    assert plan.open_units == ["00721", "02", "026"]
    assert draft.suggestions == {"02": "08", "026": "08"}


def test_what_cannot_be_is_said() -> None:
    def reasons(passages: list[Passage], lines: list[UnitLine]) -> set[str]:
        return {each.reason for each in planned(passages, lines)[1].problems}

    assert reasons([passage("00718", ("12345", "whole"))], []) == {"new_unit_unknown"}
    assert reasons(MERGED, [line("00715", "Xã Mới", "98765")]) == {"parent_not_there"}
    assert reasons([passage("026", ("00715", "whole"))], []) >= {"parent_cycle"}
    kept = Passage("00715", (), "keep")
    assert reasons([kept], [LUNG_CU]) == {"kept_but_replaced"}


def test_a_room_can_be_called_otherwise_put_on_another_bridge_or_closed_later() -> None:
    wishes = (
        Wish("X00715", "follow", name="Hội trường Lũng Cú", bridge="MCU-02"),
        Wish("X00721", "close", closes_on=dt.date(2025, 9, 1)),
    )
    _draft, plan = planned([], [], wishes=wishes)
    moved, closed = plan.moves["X00715"], plan.moves["X00721"]
    assert (moved.name, moved.rebridged, moved.unit) == ("Hội trường Lũng Cú", True, "00715")
    assert (closed.closes_on, closed.rebridged) == (dt.date(2025, 9, 1), False)


CODES = [f"{number:05}" for number in range(1, 13)]


@st.composite
def mappings(draw: st.DrawFn) -> tuple[dict[str, Standing], dict[str, UnitLine], dict[str, Passage]]:
    """A province of up to four districts and twelve communes, any mapping of them, and any new units."""
    standing = {"P": Standing("P", "Tỉnh P", "tỉnh", "province")}
    districts = [f"D{number}" for number in range(draw(st.integers(1, 4)))]
    standing |= {code: Standing(code, f"Huyện {code}", "huyện", "district", "P") for code in districts}
    for code in draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True)):
        standing[code] = Standing(code, f"Xã {code}", "xã", "commune", draw(st.sampled_from(districts)))
    targets = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    coming = {code: line(code, f"Xã mới {code}", "P") for code in targets}
    mapped = draw(st.lists(st.sampled_from(sorted(standing)), unique=True))
    passages = {}
    for code in mapped:
        into = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3, unique=True))
        shares = tuple((to, "whole" if len(into) == 1 else draw(st.sampled_from(["main part", "part"]))) for to in into)
        passages[code] = passage(code, *shares)
    return standing, coming, passages


@given(mappings(), st.booleans())
def test_nothing_is_lost(
    made: tuple[dict[str, Standing], dict[str, UnitLine], dict[str, Passage]], listed: bool
) -> None:
    """Whatever is decided: every unit stays, passes to exactly one heir that is there, or is undecided; and every room
    belongs to exactly one unit that is there from the day on, or is undecided."""
    standing, coming, passages = made
    draft = complete(standing, coming, passages, listed=listed)
    listed_rooms = [Room(f"R{code}", unit.name, code, unit.tier) for code, unit in standing.items()]
    plan = make_plan(draft, listed_rooms, {}, on=DAY)
    wrong = {each.value for each in plan.problems} | {each.detail for each in plan.problems}
    heirs = [each for each in plan.passed if each.inherits]
    assert len({each.old for each in heirs}) == len(heirs)
    for code in standing:
        ends = code in plan.ends
        assert ends + (code in plan.open_units) + (not ends and code not in plan.open_units) == 1
        if ends:
            assert [each.new for each in heirs if each.old == code] == [plan.ends[code]]
            assert draft.tier_after(plan.ends[code]) is not None or plan.ends[code] in wrong
        elif code not in plan.open_units and code not in plan.opens:
            assert draft.tier_after(code) is not None
    for room in listed_rooms:
        move = plan.moves.get(room.code)
        if move is not None:
            assert draft.tier_after(move.unit) is not None
        elif room.code not in plan.open_rooms:
            assert room.unit not in plan.ends or {room.unit, plan.ends[room.unit]} & wrong
    assert complete(standing, coming, passages, listed=listed).passages == draft.passages
