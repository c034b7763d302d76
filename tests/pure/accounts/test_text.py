import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import fold, nfc


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đồng Văn", "dong van"),
        ("đong van", "dong van"),
        ("Nghị quyết", "nghi quyet"),
        ("ĐẦU TƯ", "dau tu"),
        ("Xã Lũng Cú", "xa lung cu"),
        ("Thượng Phùng", "thuong phung"),
        ("TT Phó Bảng", "tt pho bang"),
        ("ẮẰẲẴẶấầẩẫậ", "aaaaaaaaaa"),
    ],
)
def test_vietnamese_folds_to_bare_letters(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâeêioôơuưyđ ẮẰẶậễộợựỵĐ bcdgh"))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(decomposed) == fold(text)
    assert nfc(decomposed) == nfc(text)


def test_decomposed_letters_are_stored_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Mèo Vạc")) == "Mèo Vạc"
