import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.planning.lifecycle import Act, ActImpossible, Status, after, may, possible_acts

CHANGES = {
    ("draft", "schedule"): "scheduled",
    ("draft", "cancel"): "cancelled",
    ("scheduled", "open"): "open",
    ("scheduled", "postpone"): "postponed",
    ("scheduled", "cancel"): "cancelled",
    ("open", "close"): "closed",
    ("closed", "archive"): "archived",
    ("postponed", "reschedule"): "scheduled",
    ("postponed", "cancel"): "cancelled",
}
CHANGING = {"schedule", "open", "close", "archive", "postpone", "reschedule", "cancel"}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("act", [act for act in Act if act in CHANGING])
def test_only_the_drawn_arrows_change_the_status(status: Status, act: Act) -> None:
    expected = CHANGES.get((status.value, act.value))
    if expected is None:
        with pytest.raises(ActImpossible) as refused:
            after(status, act)
        assert refused.value.params == {
            "status": status.value,
            "act": act.value,
            "reason": may(status, act).code,
        }
    else:
        assert after(status, act) == expected


@given(st.sampled_from(Status), st.sampled_from([act for act in Act if act not in CHANGING]))
def test_other_acts_leave_the_status_as_it_is(status: Status, act: Act) -> None:
    if may(status, act).allowed:
        assert after(status, act) == status


def test_what_is_over_stays_as_it_is() -> None:
    assert possible_acts("archived") == frozenset()
    assert possible_acts("cancelled") == frozenset()


def test_scans_made_offline_are_taken_in_after_closing_but_nobody_checks_in_then() -> None:
    assert may("closed", "receive_scan").allowed is True
    assert may("closed", "check_in").allowed is False
    assert may("archived", "receive_scan").allowed is False


def test_delegates_check_in_before_the_meeting_opens() -> None:
    assert may("scheduled", "check_in").allowed is True


def test_an_open_meeting_is_closed_not_cancelled() -> None:
    assert may("open", "cancel").code == "meeting_is_open"
    assert may("open", "close").code == "ok"


@pytest.mark.parametrize(
    ("status", "act", "code"),
    [
        ("open", "open", "meeting_already_open"),
        ("closed", "close", "meeting_already_closed"),
        ("cancelled", "cancel", "meeting_already_cancelled"),
        ("scheduled", "reschedule", "meeting_already_scheduled"),
        ("draft", "open", "meeting_is_draft"),
        ("closed", "edit", "meeting_is_closed"),
    ],
)
def test_a_refusal_tells_done_before_from_not_possible(status: str, act: str, code: str) -> None:
    assert may(status, act).code == code


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_every_meeting_that_was_open_was_scheduled_before(acts: list[Act]) -> None:
    status, path = Status.DRAFT, [Status.DRAFT]
    for act in acts:
        if may(status, act).allowed:
            status = after(status, act)
            path.append(status)
    if Status.OPEN in path:
        assert Status.SCHEDULED in path[: path.index(Status.OPEN)]
    if Status.ARCHIVED in path:
        assert path[-1] == Status.ARCHIVED


def test_unknown_words_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="is not a valid Status"):
        may("opened", "open")
    with pytest.raises(ValueError, match="is not a valid Act"):
        may("open", "explode")
