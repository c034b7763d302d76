from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.reports.figures import (
    PRESENT,
    Arrival,
    AttendanceReport,
    Counts,
    EndpointLine,
    GroupLine,
    HeadCount,
    MeetingHead,
    Outcome,
    PersonLine,
    TierLine,
    arrivals,
    outcome,
    tally,
)

PROVINCE = TierLine("province", "Cấp tỉnh", 1)
DISTRICT = TierLine("district", "Cấp huyện", 2)
COMMUNE = TierLine("commune", "Cấp xã", 3)
DONG_VAN = GroupLine("026", "Huyện Đồng Văn")
MEO_VAC = GroupLine("027", "Huyện Mèo Vạc")
T1 = EndpointLine("T1", "UBND tỉnh", PROVINCE)
H026 = EndpointLine("H026", "Huyện Đồng Văn", DISTRICT, DONG_VAN)
LUNG_CU = EndpointLine("X00715", "Xã Lũng Cú", COMMUNE, DONG_VAN)
THUONG_PHUNG = EndpointLine("X00772", "Xã Thượng Phùng", COMMUNE, MEO_VAC)
PLACES = (THUONG_PHUNG, LUNG_CU, H026, T1)
OPENING = datetime(2025, 5, 15, 1, 0, tzinfo=UTC)
HEAD = MeetingHead(
    title="Hội nghị giao ban",
    starts_at=OPENING,
    ends_at=OPENING + timedelta(hours=3),
    chair_name="Hoàng Gia Khánh",
    chair_position="Phó Chủ tịch UBND tỉnh",
    total_name="Toàn tỉnh",
)


def person(endpoint: EndpointLine = LUNG_CU, came: Outcome = Outcome.IN_PERSON, **more: Any) -> PersonLine:
    line = PersonLine(full_name="Sùng Mí Chá", position="", unit_name="", endpoint=endpoint, outcome=came)
    return replace(line, **more)


people = st.lists(
    st.builds(
        person,
        st.sampled_from(PLACES),
        st.sampled_from(Outcome),
        late=st.booleans(),
        left_early=st.booleans(),
    ),
    max_size=60,
)


def head_count(endpoint: EndpointLine, numbers: list[int]) -> HeadCount:
    return HeadCount(
        endpoint=endpoint,
        summoned=sum(numbers),
        in_person=numbers[0],
        online=numbers[1],
        substitutes=numbers[2],
        excused=numbers[3],
        unexcused=numbers[4],
    )


head_counts = st.lists(
    st.builds(head_count, st.sampled_from(PLACES), st.lists(st.integers(0, 200), min_size=6, max_size=6)),
    unique_by=lambda count: count.endpoint.code,
)


def demand_that_sums_agree(report: AttendanceReport) -> None:
    assert sum((row.counts for row in report.endpoints), Counts()) == report.total.counts
    assert sum((tier.sum.counts for tier in report.tiers), Counts()) == report.total.counts
    assert sum(tier.sum.endpoints for tier in report.tiers) == report.total.endpoints == len(report.endpoints)
    assert sum(tier.sum.reported for tier in report.tiers) == report.total.reported
    grouped = [row for row in report.endpoints if row.endpoint.group]
    assert sum((group.counts for group in report.groups), Counts()) == sum((row.counts for row in grouped), Counts())
    in_tiers = [group for tier in report.tiers for group in tier.groups]
    assert sum(group.counts.summoned for group in in_tiers) == sum(group.counts.summoned for group in report.groups)


@given(people)
def test_endpoints_tiers_and_total_add_up_to_the_number_of_persons(lines: list[PersonLine]) -> None:
    report = tally(HEAD, lines, endpoints=PLACES)
    demand_that_sums_agree(report)
    assert report.total.counts.summoned == len(lines) == len(report.persons)
    assert report.total.counts.present == sum(line.outcome in PRESENT for line in lines)


@given(people, head_counts)
def test_sums_agree_when_names_and_head_counts_are_mixed(lines: list[PersonLine], counts: list[HeadCount]) -> None:
    report = tally(HEAD, lines, head_counts=counts)
    demand_that_sums_agree(report)
    counted = {count.endpoint.code for count in counts}
    by_name = sum(line.endpoint.code not in counted for line in lines)
    assert report.total.counts.summoned == by_name + sum(count.summoned for count in counts)


@given(people, st.randoms(use_true_random=False))
def test_the_order_of_persons_does_not_change_a_figure(lines: list[PersonLine], chance: Random) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert replace(tally(HEAD, shuffled), persons=()) == replace(tally(HEAD, lines), persons=())


def test_substitutes_are_counted_apart_from_those_in_person() -> None:
    lines = (
        [person(T1) for _ in range(127)]
        + [person(T1, Outcome.ONLINE) for _ in range(2)]
        + [person(T1, Outcome.SUBSTITUTE) for _ in range(9)]
        + [person(T1, Outcome.EXCUSED) for _ in range(3)]
        + [person(T1, Outcome.UNEXCUSED)]
    )
    counts = tally(HEAD, lines).total.counts
    assert (counts.in_person, counts.online, counts.substitutes, counts.present) == (127, 2, 9, 138)
    assert (counts.summoned, counts.percent) == (142, Decimal("97.2"))


@pytest.mark.parametrize(
    ("present", "absent", "percent"),
    [(3028, 128, "95.9"), (1, 0, "100.0"), (0, 7, "0.0"), (1917, 83, "95.9"), (19, 1, "95.0"), (1999, 1, "100.0")],
)
def test_the_rate_is_rounded_half_up_to_one_decimal(present: int, absent: int, percent: str) -> None:
    assert Counts(in_person=present, excused=absent).percent == Decimal(percent)


def test_nobody_summoned_has_no_rate() -> None:
    counts = tally(HEAD, [], endpoints=PLACES).total.counts
    assert counts.rate is None
    assert counts.percent is None


def test_rows_are_ordered_by_tier_then_official_code() -> None:
    report = tally(HEAD, [], endpoints=PLACES)
    assert [row.endpoint.code for row in report.endpoints] == ["T1", "H026", "X00715", "X00772"]
    assert [tier.sum.code for tier in report.tiers] == ["province", "district", "commune"]
    assert [group.code for group in report.tiers[2].groups] == ["026", "027"]
    assert report.tiers[0].groups == ()


def test_a_group_holds_its_own_room_and_its_communes() -> None:
    report = tally(HEAD, [person(H026), person(LUNG_CU), person(THUONG_PHUNG), person(T1)])
    assert [(group.name, group.endpoints, group.counts.present) for group in report.groups] == [
        ("Huyện Đồng Văn", 2, 2),
        ("Huyện Mèo Vạc", 1, 1),
    ]


def test_a_head_count_stands_for_its_endpoint_and_shows_where_names_differ() -> None:
    counted = HeadCount(endpoint=LUNG_CU, summoned=13, in_person=9, online=0, substitutes=1, excused=2, unexcused=1)
    scanned = [person(late=True) for _ in range(7)]
    row = tally(HEAD, scanned, head_counts=[counted]).endpoints[0]
    assert row.counts == Counts(in_person=9, substitutes=1, excused=2, unexcused=1, late=7)
    assert row.named == Counts(in_person=7, late=7)
    assert row.differs is True


def test_a_head_count_leaves_the_silent_as_not_yet_checked() -> None:
    counted = HeadCount(endpoint=LUNG_CU, summoned=13, in_person=9)
    report = tally(HEAD, [], head_counts=[counted])
    assert report.total.counts.not_yet == 4
    assert report.endpoints[0].differs is False


@pytest.mark.parametrize("numbers", [{"in_person": -1}, {"in_person": 14}, {"online": 7, "excused": 7}])
def test_a_head_count_beyond_the_summoned_is_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="does not fit 13 summoned"):
        HeadCount(endpoint=LUNG_CU, summoned=13, **numbers)


def test_an_endpoint_has_reported_with_a_check_in_a_count_or_all_excused() -> None:
    silent = tally(HEAD, [person(came=Outcome.UNEXCUSED)])
    checked = tally(HEAD, [person(), person(came=Outcome.NOT_YET)])
    excused = tally(HEAD, [person(came=Outcome.EXCUSED)])
    counted = tally(HEAD, [], head_counts=[HeadCount(endpoint=LUNG_CU, summoned=3)])
    assert [report.total.reported for report in (silent, checked, excused, counted)] == [0, 1, 1, 1]
    assert tally(HEAD, [], endpoints=PLACES).total.reported == 0


def test_two_endpoints_of_one_code_and_two_counts_of_one_endpoint_are_refused() -> None:
    with pytest.raises(ValueError, match="two endpoints have the code 'X00715'"):
        tally(HEAD, [person()], endpoints=[replace(LUNG_CU, name="Xã khác")])
    with pytest.raises(ValueError, match="two head counts"):
        tally(HEAD, [], head_counts=[HeadCount(endpoint=T1, summoned=1)] * 2)


def test_only_those_present_can_be_late_or_leave_early() -> None:
    lines = [person(late=True, left_early=True), person(came=Outcome.EXCUSED, late=True, left_early=True)]
    counts = tally(HEAD, lines).total.counts
    assert (counts.late, counts.left_early) == (1, 1)


def test_absentees_are_listed_with_the_unexcused_first() -> None:
    lines = [
        person(T1, Outcome.EXCUSED),
        person(LUNG_CU, Outcome.UNEXCUSED),
        person(T1, Outcome.UNEXCUSED),
        person(T1),
        person(T1, Outcome.NOT_YET),
    ]
    assert [(line.endpoint.code, line.outcome.value) for line in tally(HEAD, lines).absentees] == [
        ("T1", "unexcused"),
        ("X00715", "unexcused"),
        ("T1", "excused"),
    ]


@pytest.mark.parametrize(
    ("mode", "substitute", "excused", "settled", "expected"),
    [
        ("in_person", False, False, False, "in_person"),
        ("online", False, True, True, "online"),
        ("online", True, False, True, "substitute"),
        ("in_person", True, True, True, "substitute"),
        (None, True, False, True, "unexcused"),
        (None, False, True, False, "excused"),
        (None, False, True, True, "excused"),
        (None, False, False, False, "not_yet"),
        (None, False, False, True, "unexcused"),
    ],
)
def test_the_outcome_of_a_person(
    mode: str | None, substitute: bool, excused: bool, settled: bool, expected: str
) -> None:
    assert outcome(mode=mode, substitute=substitute, excused=excused, settled=settled) == expected


def test_an_absence_is_no_way_to_be_present() -> None:
    with pytest.raises(ValueError, match="not a way to be present"):
        outcome(mode="excused", substitute=False, excused=False, settled=True)


def test_arrivals_add_up_in_steps() -> None:
    minutes = [0, 1, 6, 61, 61]
    lines = [person(at=OPENING + timedelta(minutes=minute, seconds=30)) for minute in minutes]
    lines.append(person(came=Outcome.EXCUSED, at=OPENING))
    points = arrivals(lines, most=20)
    assert points[:3] == (
        Arrival(OPENING, 0),
        Arrival(OPENING + timedelta(minutes=5), 2),
        Arrival(OPENING + timedelta(minutes=10), 3),
    )
    assert points[-1] == Arrival(OPENING + timedelta(minutes=65), 5)
    assert arrivals([]) == ()


@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=50), st.integers(4, 60))
def test_arrivals_grow_to_the_number_present_in_a_bounded_number_of_points(seconds: list[int], most: int) -> None:
    points = arrivals([person(at=OPENING + timedelta(seconds=second)) for second in seconds], most=most)
    numbers = [point.present for point in points]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (0, len(seconds))
    assert len(points) <= most
