"""The life-cycle line of a meeting."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.live.steps import Facts, State, Step, at_hand, line
from meetings.planning.lifecycle import Status

START = dt.datetime(2025, 5, 19, 6, tzinfo=dt.UTC)
BEFORE, AFTER = START - dt.timedelta(days=4), START + dt.timedelta(minutes=1)


def facts(
    status: str = "scheduled",
    *,
    booked: bool = True,
    invited: bool = True,
    published: int = 3,
    drafts: int = 2,
    now: dt.datetime = BEFORE,
) -> Facts:
    return Facts(
        status=status,
        booked=booked,
        invited=invited,
        published=published,
        drafts=drafts,
        line_test_at=START,
        now=now,
    )


def words(given_facts: Facts) -> list[str]:
    return [state.value for _, state in line(given_facts)]


def test_documents_are_prepared_between_the_invitations_and_the_line_test() -> None:
    assert words(facts()) == ["done", "done", "done", "now", "later", "later", "later"]


def test_invitations_are_at_hand_until_they_are_sent() -> None:
    assert words(facts(invited=False)) == ["done", "done", "now", "later", "later", "later", "later"]


def test_the_line_test_begins_when_the_endpoints_are_held() -> None:
    assert at_hand(facts(now=START)) is Step.LINE_TEST
    assert at_hand(facts(now=START - dt.timedelta(microseconds=1))) is Step.DOCUMENTS


def test_a_draft_has_everything_before_it() -> None:
    assert words(facts("draft", booked=False, invited=False)) == ["now", *["later"] * 6]


def test_a_postponed_meeting_waits_for_its_booking() -> None:
    assert words(facts("postponed", booked=False)) == ["done", "now", *["later"] * 5]


def test_what_the_meeting_went_on_without_is_passed_over_and_not_ticked() -> None:
    assert words(facts("open", invited=False, published=0, drafts=0)) == [
        "done",
        "done",
        "skipped",
        "skipped",
        "done",
        "now",
        "later",
    ]


def test_a_document_left_unpublished_leaves_its_step_unticked() -> None:
    assert dict(line(facts("closed", drafts=1)))[Step.DOCUMENTS] is State.SKIPPED
    assert dict(line(facts("closed", drafts=0)))[Step.DOCUMENTS] is State.DONE


def test_an_archived_meeting_has_no_step_at_hand() -> None:
    assert words(facts("archived", drafts=0)) == ["done"] * 7


def test_a_cancelled_meeting_stands_still() -> None:
    assert words(facts("cancelled", booked=False)) == ["later"] * 7


@pytest.mark.parametrize("status", [status.value for status in Status])
@given(
    booked=st.booleans(),
    invited=st.booleans(),
    published=st.integers(0, 3),
    drafts=st.integers(0, 3),
    minutes=st.integers(-5000, 5000),
)
def test_nothing_is_done_behind_what_is_at_hand(
    status: str, booked: bool, invited: bool, published: int, drafts: int, minutes: int
) -> None:
    drawn = line(
        facts(
            status,
            booked=booked,
            invited=invited,
            published=published,
            drafts=drafts,
            now=START + dt.timedelta(minutes=minutes),
        )
    )
    assert [step for step, _ in drawn] == list(Step)
    states = [state for _, state in drawn]
    assert states.count(State.NOW) == (0 if status in {"archived", "cancelled"} else 1)
    ahead = [state for state in states if state in {State.NOW, State.LATER}]
    assert states[len(states) - len(ahead) :] == ahead
