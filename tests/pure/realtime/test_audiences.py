"""Who may hear."""

import pytest

from realtime.audiences import EVERYONE, STAFF, checked, endpoint, may_hear, person, place, place_in


@pytest.mark.parametrize(
    ("audiences", "audience", "heard"),
    [
        ({"everyone"}, EVERYONE, True),
        ({"everyone"}, STAFF, False),
        ({"everyone", "staff"}, STAFF, True),
        ({"staff"}, EVERYONE, False),
        ({"everyone", "person:7"}, person(7), True),
        ({"everyone", "person:77"}, person(7), False),
        ({"endpoint:X00715"}, endpoint("X00715"), True),
        (set(), EVERYONE, False),
    ],
)
def test_a_listener_hears_exactly_its_audiences(audiences: set[str], audience: str, heard: bool) -> None:
    assert may_hear(frozenset(audiences), audience) is heard


@pytest.mark.parametrize("audience", ["everyone", "staff", "person:7", "endpoint:X00715", "unit:1.2-3_4"])
def test_the_form_of_an_audience(audience: str) -> None:
    assert checked(audience) == audience


@pytest.mark.parametrize("text", ["", "Everyone", "person:", "person:7 ", "a b", "person:7:8", "x" * 121])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an audience"):
        checked(text)


def test_somebody_hears_many_endpoints_and_sits_at_one() -> None:
    audiences = {"everyone", endpoint("T1"), endpoint("X00715"), place("X00715")}
    assert place_in(audiences) == "X00715"
    assert place_in(audiences - {place("X00715")}) is None
