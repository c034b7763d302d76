"""Stamp words of state secrets (pure).

The three degrees of the law on the protection of state secrets are stamped as Mật, Tối mật and Tuyệt mật, in capitals,
on a line of their own on the first page (Thông tư 24/2020/TT-BCA, samples of seals). The word occurs in many harmless
texts too: "bí mật", "mật độ dân số", "bảo mật", "Luật Bảo vệ bí mật nhà nước". So the single word counts only where it
stands alone as a stamp does, while the two-word degrees count wherever a title or a file name carries them.
"""

import re
import unicodedata
from typing import Final

_SPACED: Final = re.compile(r"\b(?:[^\W\d_] ){2,}[^\W\d_]\b")
_SPACES: Final = re.compile(r"[^\S\n]+")
_SEPARATORS: Final = re.compile(r"[_\-.–—]+")

_TWO_WORDS: Final = re.compile(r"(?<!\w)(tối|tuyệt)\s+mật(?!\w)", re.IGNORECASE)
_TWO_WORDS_BARE: Final = re.compile(r"(?<![a-z0-9])(toi|tuyet)[\s_\-.]*mat(?![a-z0-9])")
_DECLARED: Final = re.compile(
    r"(?<!\w)(?:độ|dấu|mức)(?: độ)? mật\s*:?\s*[(\[\"“]?\s*(tối mật|tuyệt mật|mật)(?!\w)", re.IGNORECASE
)
_BRACKETED: Final = re.compile(r"[(\[<{“\"]\s*mật\s*[)\]>}”\"]", re.IGNORECASE)
_ALONE: Final = re.compile(r"^\W*MẬT\W*$")
_STAMP_LINE: Final = re.compile(r"^\W*(TỐI ?|TUYỆT ?|)MẬT(?:\s*[-–:/]\s*[ABC]\d?)?\W*$")


def stamp_in_title(title: str) -> str:
    """The degree that a title names ("mật", "tối mật", "tuyệt mật"), or ""."""
    text = _plain(title)
    if found := _TWO_WORDS.search(text):
        return f"{found.group(1).lower()} mật"
    if found := _DECLARED.search(text):
        return found.group(1).lower()
    return "mật" if _BRACKETED.search(text) or _ALONE.match(text) else ""


def stamp_in_file_name(name: str) -> str:
    """The same for a file name, where words are often joined by signs and written without marks."""
    stem = name.rpartition(".")[0] or name
    found = stamp_in_title(_SEPARATORS.sub(" ", stem))
    if found:
        return found
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", stem.lower()) if unicodedata.category(letter) != "Mn"
    )
    match = _TWO_WORDS_BARE.search(bare)
    if match is None:
        return ""
    return {"toi": "tối mật", "tuyet": "tuyệt mật"}[match.group(1)]


def stamp_on_page(text: str) -> str:
    """The degree stamped on a page, given its text: a line that holds nothing else, in capitals; or a declared one."""
    for line in _plain(text).splitlines():
        if found := _STAMP_LINE.match(line):
            return f"{found.group(1).strip().lower()} mật".strip()
    if found := _DECLARED.search(_plain(text)):
        return found.group(1).lower()
    return ""


def _plain(text: str) -> str:
    """NFC, one space between words, and letters set apart ("M Ậ T") brought together."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _SPACED.sub(lambda found: found.group().replace(" ", ""), text)
