import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.selection import Catalogue, EndpointRow, Selection, SelectionInvalid, expand, parse

CATALOGUE = Catalogue(
    endpoints=[
        EndpointRow("X2", "commune", "/1/24/333/"),
        EndpointRow("X1", "commune", "/1/2/22/"),
        EndpointRow("X3", "commune", "/1/24/334/", active=False),
        EndpointRow("H24", "district", "/1/24/"),
        EndpointRow("H2", "district", "/1/2/"),
        EndpointRow("T2", "province", "/1/"),
        EndpointRow("T1", "province", "/1/"),
    ],
    tiers={"province": 2, "district": 3, "commune": 4},
    units={"02": "/1/", "024": "/1/24/", "002": "/1/2/", "00333": "/1/24/333/", "00334": "/1/24/334/"},
    groups={"Vùng cao": ["X2", "X3"], "Thường trực": {"T1", "H2"}, "Cũ": ["X2", "Z2", "Z1"]},
)


def chosen(**data: object) -> tuple[str, ...]:
    return expand(parse({key.rstrip("_"): value for key, value in data.items()}), CATALOGUE)


def refusal(data: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(SelectionInvalid) as refused:
        expand(parse(data), CATALOGUE)
    return refused.value.code, refused.value.params


def test_unit_alone_is_its_whole_subtree_by_tier_then_code() -> None:
    assert chosen(under="02") == ("T1", "T2", "H2", "H24", "X1", "X2")


def test_unit_two_does_not_reach_into_unit_twenty_four() -> None:
    assert chosen(under="002") == ("H2", "X1")


def test_tier_alone_is_the_whole_tier() -> None:
    assert chosen(tiers=["commune", "province"]) == ("T1", "T2", "X1", "X2")


def test_tiers_under_a_unit_are_only_these_tiers_of_that_unit() -> None:
    assert chosen(tiers=["commune"], under="024") == ("X2",)


def test_endpoints_and_groups_add_to_the_base() -> None:
    assert chosen(tiers=["district"], under="024", endpoints=["T2"], groups=["Thường trực"]) == (
        "T1",
        "T2",
        "H2",
        "H24",
    )


def test_endpoints_alone_are_just_these() -> None:
    assert chosen(endpoints=["X1", "T1", "X1"]) == ("T1", "X1")


def test_exception_takes_away_from_everything_even_from_what_is_named() -> None:
    assert chosen(under="02", endpoints=["T1"], groups=["Thường trực"], except_=["T1", "H2"]) == (
        "T2",
        "H24",
        "X1",
        "X2",
    )


def test_exception_that_was_not_selected_changes_nothing() -> None:
    assert chosen(tiers=["province"], except_=["X1"]) == ("T1", "T2")


def test_inactive_endpoint_is_left_out_of_tier_unit_and_group() -> None:
    assert chosen(tiers=["commune"]) == ("X1", "X2")
    assert chosen(under="024") == ("H24", "X2")
    assert chosen(groups=["Vùng cao"]) == ("X2",)


def test_inactive_endpoint_asked_for_by_code_is_an_error_unless_it_is_excepted() -> None:
    assert refusal({"endpoints": ["X3", "X1"]}) == ("selection_inactive", {"endpoints": ["X3"]})
    assert chosen(endpoints=["X3", "X1"], except_=["X3"]) == ("X1",)


def test_every_unknown_code_is_named_where_it_stands() -> None:
    assert refusal(
        {
            "tiers": ["commune", "region"],
            "under": "99",
            "endpoints": ["X9", "X1", "X8"],
            "groups": ["Không có"],
            "except": ["X7"],
        }
    ) == (
        "selection_unknown",
        {
            "tiers": ["region"],
            "under": ["99"],
            "endpoints": ["X9", "X8"],
            "groups": ["Không có"],
            "except": ["X7"],
        },
    )


def test_unknown_members_of_a_group_are_named_not_dropped() -> None:
    assert refusal({"groups": ["Cũ"]}) == ("selection_unknown", {"endpoints": ["Z1", "Z2"]})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"tiers": [], "endpoints": None},
        {"except": ["X1"]},
        {"endpoints": ["X1"], "except": ["X1"]},
        {"under": "00334"},
    ],
)
def test_selection_of_nothing_is_an_error(data: dict[str, object]) -> None:
    assert refusal(data) == ("selection_empty", {})


@pytest.mark.parametrize("data", [None, [], "02", 3])
def test_selection_that_is_no_object_is_malformed(data: object) -> None:
    assert refusal(data) == ("selection_malformed", {"field": "selection", "expected": "object"})


@pytest.mark.parametrize("under", [2, True, "", "  ", ["02"], {}])
def test_unit_that_is_no_code_is_malformed(under: object) -> None:
    assert refusal({"under": under}) == ("selection_malformed", {"field": "under", "expected": "string"})


@pytest.mark.parametrize("field", ["tiers", "endpoints", "groups", "except"])
@pytest.mark.parametrize("value", ["X1", 5, {"X1": 1}, [1], [None], [""], [" "], [["X1"]], False])
def test_list_that_holds_no_codes_is_malformed(field: str, value: object) -> None:
    assert refusal({"under": "02", field: value}) == (
        "selection_malformed",
        {"field": field, "expected": "list_of_strings"},
    )


def test_unknown_keys_are_named() -> None:
    assert refusal({"under": "02", "exept": ["X1"], "Tiers": []}) == (
        "selection_keys_unknown",
        {"keys": ["Tiers", "exept"]},
    )


def test_codes_are_trimmed_joined_to_one_form_and_listed_once() -> None:
    decomposed = "Vu\u0300ng cao"
    selection = parse({"groups": [decomposed, " V\u00f9ng cao "], "under": " 02 ", "tiers": None})
    assert selection == Selection(groups=("V\u00f9ng cao",), under="02")


names = st.lists(st.sampled_from(["A", "B", "C"]), max_size=3)


@given(tiers=names, under=st.none() | st.just("02"), endpoints=names, groups=names, excluded=names)
def test_normalised_selection_survives_being_written_and_read_again(
    tiers: list[str], under: str | None, endpoints: list[str], groups: list[str], excluded: list[str]
) -> None:
    data = {"tiers": tiers, "under": under, "endpoints": endpoints, "groups": groups, "except": excluded}
    if tiers or under or endpoints or groups:
        selection = parse(data)
        assert parse(selection.as_data()) == selection
        assert [] not in selection.as_data().values()


subsets = st.lists(st.sampled_from([row.code for row in CATALOGUE.endpoints if row.active]), unique=True)


@given(
    st.lists(st.sampled_from(sorted(CATALOGUE.tiers)), unique=True),
    st.none() | st.sampled_from(sorted(CATALOGUE.units)),
    subsets,
    subsets,
)
def test_expansion_follows_the_rule_row_by_row(
    tiers: list[str], under: str | None, endpoints: list[str], excluded: list[str]
) -> None:
    expected = set()
    for row in CATALOGUE.endpoints:
        in_tier = not tiers or row.tier in tiers
        below = under is None or row.unit_path.startswith(CATALOGUE.units[under])
        in_base = bool(tiers or under) and row.active and in_tier and below
        if (in_base or row.code in endpoints) and row.code not in excluded:
            expected.add(row.code)
    selection = Selection(tuple(tiers), under, tuple(endpoints), (), tuple(excluded))
    if expected:
        codes = expand(selection, CATALOGUE)
        assert set(codes) == expected
        ranks = {row.code: CATALOGUE.tiers[row.tier] for row in CATALOGUE.endpoints}
        assert list(codes) == sorted(codes, key=lambda code: (ranks[code], code))
    else:
        with pytest.raises(SelectionInvalid):
            expand(selection, CATALOGUE)
