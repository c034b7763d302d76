import string
from datetime import UTC, datetime, timedelta, timezone

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st

from meetings.attendance.codes import (
    CodeInvalid,
    PersonalCode,
    Reason,
    RotatingCode,
    personal_code,
    read_personal,
    read_rotating,
    rotating_code,
    step_at,
    step_ends,
)

SECRET = b"a secret of the office, long enough"
ROOM_TIME = datetime(2025, 5, 15, 7, 40, tzinfo=timezone(timedelta(hours=7)))
numbers = st.integers(0, 10**18 - 1)
personal_codes = st.builds(PersonalCode, numbers, numbers, numbers)
endpoints = st.from_regex(r"[A-Z][A-Z0-9-]{0,9}", fullmatch=True)
moments = st.integers(1_600_000_000_000, 2_800_000_000_000).map(
    lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC)
)


def refusal(text: str, secret: bytes = SECRET, **where: int) -> Reason:
    with pytest.raises(CodeInvalid) as caught:
        read_personal(text, secret, **where)
    return caught.value.reason


def rotating_refusal(text: str, at: datetime, secret: bytes = SECRET) -> Reason:
    with pytest.raises(CodeInvalid) as caught:
        read_rotating(text, secret, at)
    return caught.value.reason


@given(personal_codes)
def test_a_personal_code_reads_back_as_written(code: PersonalCode) -> None:
    assert read_personal(personal_code(code, SECRET), SECRET, meeting=code.meeting) == code


@given(personal_codes, st.data())
def test_any_one_character_change_of_a_personal_code_is_refused(code: PersonalCode, data: st.DataObject) -> None:
    text = personal_code(code, SECRET)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(string.printable).filter(lambda other: other != text[place]))
    for changed in (
        text[:place] + letter + text[place + 1 :],
        text[:place] + text[place + 1 :],
        text[:place] + letter + text[place:],
    ):
        if changed != text:
            assert refusal(changed) in {Reason.MALFORMED, Reason.FORGED}


def test_every_character_of_the_seal_counts() -> None:
    text = personal_code(PersonalCode(42, 7, 0), SECRET)
    seal_starts = text.rindex(".") + 1
    for place in range(seal_starts, len(text)):
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".replace(text[place], ""):
            assert refusal(text[:place] + letter + text[place + 1 :]) == Reason.FORGED


@given(personal_codes, numbers)
def test_the_code_of_another_meeting_is_refused(code: PersonalCode, other: int) -> None:
    if other != code.meeting:
        text = personal_code(code, SECRET)
        assert refusal(text, meeting=other) == Reason.OTHER_MEETING
        seal = text.rpartition(".")[2]
        assert refusal(f"P1.{other}.{code.participant}.{code.serial}.{seal}") == Reason.FORGED


@given(st.text())
def test_no_text_is_anything_but_a_refusal(text: str) -> None:
    assert refusal(text) in {Reason.MALFORMED, Reason.FORGED}
    assert rotating_refusal(text, ROOM_TIME) in {Reason.MALFORMED, Reason.FORGED}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P1",
        "P1.42.7.0",
        "P1.042.7.0.AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "P1.42.7.0.aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "P1.42.7.0.AAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "P2.42.7.0.AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "P1.٤٢.7.0.AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "P1.-1.7.0.AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "P1." + "9" * 5000 + ".7.0.AAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_text_of_another_shape_is_malformed(text: str) -> None:
    assert refusal(text) == Reason.MALFORMED


def test_a_thousand_guesses_open_nothing() -> None:
    for guess in range(1000):
        seal = f"{guess:026d}".translate(str.maketrans("0123456789", "ABCDEFGHIJ"))
        assert refusal(f"P1.42.{guess}.0.{seal}") == Reason.FORGED


def test_a_code_sealed_with_another_secret_is_forged() -> None:
    text = personal_code(PersonalCode(42, 7, 0), b"another secret")
    assert refusal(text) == Reason.FORGED


def test_the_seal_of_one_kind_does_not_fit_the_other() -> None:
    step = step_at(ROOM_TIME)
    seal = personal_code(PersonalCode(42, 7, step), SECRET).rpartition(".")[2]
    assert rotating_refusal(f"R1.42.7.{step}.{seal}", ROOM_TIME) == Reason.FORGED


def test_reissue_makes_another_code() -> None:
    first = personal_code(PersonalCode(42, 7, 0), SECRET)
    assert personal_code(PersonalCode(42, 7, 1), SECRET) != first


@given(numbers, endpoints, moments)
def test_a_rotating_code_reads_back_where_and_when_it_is_shown(meeting: int, endpoint: str, at: datetime) -> None:
    text = rotating_code(meeting, endpoint, at, SECRET)
    read = read_rotating(text, SECRET, at, meeting=meeting, endpoint=endpoint)
    assert read == RotatingCode(meeting, endpoint, step_at(at))


@given(moments, st.integers(0, 29_999), st.integers(0, 30_000))
def test_a_code_is_good_for_its_step_and_the_next(at: datetime, into: int, later: int) -> None:
    starts = step_ends(step_at(at)) - timedelta(seconds=30)
    text = rotating_code(42, "X00715", starts + timedelta(milliseconds=into), SECRET)
    used = starts + timedelta(milliseconds=min(into + later, 59_999))
    assert read_rotating(text, SECRET, used).endpoint == "X00715"


@given(moments, st.integers(31, 300))
def test_a_code_forwarded_after_it_left_the_screen_is_expired(at: datetime, late: int) -> None:
    text = rotating_code(42, "X00715", at, SECRET)
    used = step_ends(step_at(at)) + timedelta(seconds=late)
    assert rotating_refusal(text, used) == Reason.EXPIRED


@given(moments, st.integers(60, 100_000))
def test_a_code_is_never_good_a_minute_after_it_was_seen(at: datetime, late: int) -> None:
    text = rotating_code(42, "X00715", at, SECRET)
    assert rotating_refusal(text, at + timedelta(seconds=late)) == Reason.EXPIRED


@given(moments, st.integers(30, 100_000))
def test_a_code_of_a_coming_step_is_not_yet_good(at: datetime, early: int) -> None:
    text = rotating_code(42, "X00715", at + timedelta(seconds=early), SECRET)
    assert rotating_refusal(text, at) == Reason.NOT_YET


@given(endpoints, st.data())
def test_any_one_character_change_of_a_rotating_code_is_refused(endpoint: str, data: st.DataObject) -> None:
    text = rotating_code(42, endpoint, ROOM_TIME, SECRET)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(string.printable).filter(lambda other: other != text[place]))
    changed = text[:place] + letter + text[place + 1 :]
    assert rotating_refusal(changed, ROOM_TIME) in {Reason.MALFORMED, Reason.FORGED}


def test_the_code_of_another_room_or_meeting_is_named_as_such() -> None:
    text = rotating_code(42, "X00715", ROOM_TIME, SECRET)
    with pytest.raises(CodeInvalid) as other_room:
        read_rotating(text, SECRET, ROOM_TIME, endpoint="X00688")
    with pytest.raises(CodeInvalid) as other_meeting:
        read_rotating(text, SECRET, ROOM_TIME, meeting=43)
    assert other_room.value.reason == Reason.OTHER_ENDPOINT
    assert other_meeting.value.params == {"reason": "other_meeting"}


@pytest.mark.parametrize("endpoint", ["", "x1", "X.1", "X 1", "-X", "X" * 33, "Đ1", "X1\n"])
def test_only_endpoint_codes_go_into_a_rotating_code(endpoint: str) -> None:
    with pytest.raises(ValueError, match="not an endpoint code"):
        rotating_code(42, endpoint, ROOM_TIME, SECRET)


def test_what_cannot_be_sealed_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="numbers from 0"):
        personal_code(PersonalCode(-1, 0, 0), SECRET)
    with pytest.raises(ValueError, match="need a secret"):
        personal_code(PersonalCode(1, 0, 0), b"")
    with pytest.raises(ValueError, match="time with its zone"):
        step_at(ROOM_TIME.replace(tzinfo=None))


def test_a_personal_code_fits_a_small_qr_code() -> None:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(personal_code(PersonalCode(123_456, 12_345_678, 3), SECRET))
    code.make(fit=True)
    assert code.version == 3
