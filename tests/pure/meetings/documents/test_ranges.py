"""One range of bytes out of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.documents.ranges import RangeNotSatisfiable, Span, requested_span


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-99", Span(0, 99, 1000)),
        ("bytes=0-0", Span(0, 0, 1000)),
        ("bytes=900-", Span(900, 999, 1000)),
        ("bytes=990-5000", Span(990, 999, 1000)),
        ("bytes=-100", Span(900, 999, 1000)),
        ("bytes=-5000", Span(0, 999, 1000)),
        ("BYTES=1-2", Span(1, 2, 1000)),
    ],
)
def test_a_range_is_cut_at_the_end_of_the_file(header: str, span: Span) -> None:
    assert requested_span(header, 1000) == span


@pytest.mark.parametrize(
    "header", [None, "", "bytes", "bytes=-", "bytes=5-2", "pages=1-2", "bytes=0-1,5-9", "bytes=a-b", "bytes=1-2;x"]
)
def test_what_is_no_single_range_of_bytes_gets_the_whole_file(header: str | None) -> None:
    assert requested_span(header, 1000) is None


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=1000-", 1000), ("bytes=1000-1001", 1000), ("bytes=-0", 5), ("bytes=0-", 0), ("bytes=-1", 0)],
)
def test_a_range_behind_the_end_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiable):
        requested_span(header, size)


def test_the_content_range_names_both_ends_and_the_size() -> None:
    span = Span(900, 999, 1000)
    assert (span.content_range, span.length) == ("bytes 900-999/1000", 100)


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(0, 3000))
def test_any_header_gives_a_span_inside_the_file_or_a_refusal(header: str, size: int) -> None:
    try:
        span = requested_span(header, size)
    except RangeNotSatisfiable:
        return
    if span is not None:
        assert 0 <= span.first <= span.last < size
        assert 1 <= span.length <= size
