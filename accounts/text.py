"""Vietnamese text: one normal form for storing it, one folded form for finding it."""

import unicodedata


def nfc(text: str) -> str:
    """Return ``text`` in Normal Form C, the only form in which text is stored.

    Keyboards of tablets and files from macOS send decomposed letters; without this two
    equal names would not be equal.
    """
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return ``text`` without marks and case, for searching: ``Đồng Văn`` → ``dong van``.

    Folding twice gives the same as folding once, and text in any normal form folds alike.
    """
    # Lower case first: some capitals (İ) gain a mark when lowered.
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare).replace("đ", "d")
