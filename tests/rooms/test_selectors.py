"""What a person sees and may name of the network."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.models import User
from rooms.errors import SelectionEmpty, SelectionInactive, SelectionKeysUnknown, SelectionMalformed, SelectionUnknown
from rooms.models import EndpointGroup
from rooms.selectors import bridges_for, catalogue, choose, endpoints_for, endpoints_named, read_selection
from tests.people import People
from tests.rooms.networks import add_endpoints

pytestmark = pytest.mark.django_db
DAY = dt.date(2031, 12, 1)


def codes(user: User, tier: str = "", under: str = "", q: str = "") -> list[str]:
    return [endpoint.code for endpoint in endpoints_for(user, tier=tier, under=under, q=q)]


def chosen(user: User, selection: object, *, host: str | None = None, on: dt.date = DAY) -> list[str]:
    return list(choose(user, read_selection(selection), right=Right.BOOK, on=on, host=host))


def test_endpoints_stand_by_tier_then_code(people: People) -> None:
    assert codes(people.secretary) == ["T1", "T2", "H024", "H026", "X00688", "X00691", "X00715"]


def test_a_district_observer_sees_the_district_only(people: People) -> None:
    assert codes(people.observer) == ["H024", "X00688", "X00691"]


def test_who_has_no_role_sees_nothing(people: People) -> None:
    assert codes(people.nobody) == []


def test_endpoints_are_narrowed_to_a_tier_and_a_unit(people: People) -> None:
    assert codes(people.secretary, tier="commune", under="024") == ["X00688", "X00691"]


def test_endpoints_are_found_without_marks(people: People) -> None:
    assert codes(people.secretary, q="lung cu") == ["X00715"]


def test_every_word_must_be_found(people: People) -> None:
    assert codes(people.secretary, q="hội TỈNH") == ["T2"]


def test_a_tier_that_does_not_exist_is_said(people: People) -> None:
    with pytest.raises(Unacceptable) as caught:
        codes(people.secretary, tier="galaxy")
    assert caught.value.params == {"fields": {"tier": "unknown"}}


def test_a_unit_out_of_reach_is_unknown(people: People) -> None:
    with pytest.raises(Unacceptable) as caught:
        codes(people.secretary, under="04")
    assert caught.value.params == {"fields": {"under": "unknown"}}


def test_an_endpoint_that_is_no_longer_valid_is_not_listed(people: People) -> None:
    endpoint = people.network.endpoints["T2"]
    endpoint.valid_to = dt.date(2025, 7, 1)
    endpoint.save()
    assert codes(people.secretary, tier="province") == ["T1"]


def test_the_bridges_of_a_commune_are_its_own_and_those_it_is_cascaded_to(people: People) -> None:
    assert [bridge.code for bridge in bridges_for(people.operator)] == ["MCU-01", "MCU-02"]


def test_another_province_has_no_bridge_of_ours(people: People) -> None:
    assert bridges_for(people.outsider) == []


def test_a_unit_alone_is_its_whole_subtree(people: People) -> None:
    assert chosen(people.secretary, {"under": "026"}) == ["H026", "X00715"]


def test_tiers_units_single_codes_and_exceptions_go_together(people: People) -> None:
    selection = {"tiers": ["commune"], "under": "024", "endpoints": ["T1"], "except": ["X00691"]}
    assert chosen(people.secretary, selection) == ["T1", "X00688"]


def test_the_main_endpoint_is_always_part_of_the_choice(people: People) -> None:
    assert chosen(people.secretary, {"under": "026"}, host="T1") == ["T1", "H026", "X00715"]


def test_an_excepted_main_endpoint_is_not_brought_back(people: People) -> None:
    assert chosen(people.secretary, {"under": "026", "except": ["T1"]}, host="T1") == ["H026", "X00715"]


def test_a_group_stands_for_its_endpoints(people: People) -> None:
    group = EndpointGroup.objects.create(name="Khối nội chính", unit=people.network.units["02"])
    group.endpoints.set([people.network.endpoints["T2"], people.network.endpoints["H024"]])
    assert chosen(people.secretary, {"groups": ["Khối nội chính"]}) == ["T2", "H024"]


def test_of_groups_with_one_name_the_highest_unit_s_is_meant(people: People) -> None:
    for unit, endpoint in (("024", "H024"), ("02", "T2")):
        group = EndpointGroup.objects.create(name="Thường trực", unit=people.network.units[unit])
        group.endpoints.set([people.network.endpoints[endpoint]])
    assert chosen(people.secretary, {"groups": ["Thường trực"]}) == ["T2"]


def test_what_is_out_of_reach_does_not_exist(people: People) -> None:
    with pytest.raises(SelectionUnknown) as caught:
        chosen(people.secretary, {"under": "04", "endpoints": ["T1", "Y1"]})
    assert caught.value.params == {"under": ["04"], "endpoints": ["Y1"]}


def test_an_endpoint_out_of_its_validity_on_the_day_is_inactive(people: People) -> None:
    endpoint = people.network.endpoints["T2"]
    endpoint.valid_to = DAY
    endpoint.save()
    with pytest.raises(SelectionInactive) as caught:
        chosen(people.secretary, {"endpoints": ["T1", "T2"]})
    assert caught.value.params == {"endpoints": ["T2"]}


def test_an_endpoint_is_chosen_on_the_last_day_of_its_validity(people: People) -> None:
    endpoint = people.network.endpoints["T2"]
    endpoint.valid_to = DAY
    endpoint.save()
    assert chosen(people.secretary, {"endpoints": ["T2"]}, on=DAY - dt.timedelta(days=1)) == ["T2"]


def test_a_choice_of_nothing_is_refused(people: People) -> None:
    with pytest.raises(SelectionEmpty):
        chosen(people.secretary, {"endpoints": ["T1"], "except": ["T1"]})


def test_unknown_keys_of_a_selection_are_refused(people: People) -> None:
    with pytest.raises(SelectionKeysUnknown) as caught:
        read_selection({"tier": ["commune"]})
    assert caught.value.params == {"keys": ["tier"]}


@pytest.mark.parametrize("data", [None, [], "02", 3, {"under": 3}, {"tiers": "commune"}, {"endpoints": [3]}])
def test_a_selection_of_the_wrong_form_is_malformed(data: object) -> None:
    with pytest.raises(SelectionMalformed) as caught:
        read_selection(data)
    assert caught.value.status == 400


@pytest.mark.parametrize("number", [1, 3, 208])
def test_a_catalogue_takes_the_same_queries_whatever_its_size(people: People, number: int) -> None:
    add_endpoints(people.network, number)
    group = EndpointGroup.objects.create(name="Nhóm", unit=people.network.units["02"])
    group.endpoints.set(list(people.network.endpoints.values()))
    with CaptureQueriesContext(connection) as queries:
        found = catalogue(people.secretary, right=Right.BOOK, on=DAY)
    assert (len(found.endpoints), len(queries)) == (7 + number, 6)


def test_more_codes_than_a_query_names_are_found_too(people: People) -> None:
    made = add_endpoints(people.network, 1000)
    assert sorted(endpoints_named(made[:950])) == made[:950]
