"""File names as people gave them: cleaned for showing, and written safely into a header (RFC 6266).

Files are stored under their hash; a name is never a path.
"""

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

LONGEST: Final = 150

EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
)

_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
# Controls, format marks (which may turn the direction of reading), surrogates, line and paragraph separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean_name(name: str, fallback: str = "tai-lieu") -> str:
    """Return the name that is shown: without folders and unseen letters, in Normal Form C, 1…150 letters.

    Characters that Windows forbids become ``_``; a name of which nothing remains becomes ``fallback``.
    Cleaning twice gives the same as cleaning once.
    """
    seen = "".join(" " if letter in "\t\r\n" else letter for letter in name)
    seen = "".join(letter for letter in seen if unicodedata.category(letter) not in _UNSEEN)
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", seen)[-1])
    last = _trim(_FORBIDDEN.sub("_", last))
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = last, ""
    else:
        extension = "." + extension
    cleaned = _trim(_trim(stem[: LONGEST - len(extension)]) + extension)
    if _RESERVED.fullmatch(cleaned.partition(".")[0]):
        cleaned = _trim("_" + cleaned)[:LONGEST]
    return cleaned or fallback


def typed_name(name: str, content_type: str) -> str:
    """Return the cleaned name with the extension of ``content_type``; one that says the same is left as it is.

    Raises KeyError for a content type that documents do not have.
    """
    extension = EXTENSIONS[content_type]
    cleaned = clean_name(name)
    if _declared(cleaned) == content_type:
        return cleaned
    return clean_name(cleaned[: LONGEST - len(extension)] + extension)


def contradicts(name: str, content_type: str) -> bool:
    """Whether the name says that the file is of another type. ``Tờ trình 15.5`` says nothing."""
    declared = _declared(clean_name(name))
    return declared is not None and declared != content_type


def content_disposition(name: str, *, inline: bool = False) -> str:
    """Return the value of the header: an ASCII name for old programs and the full one beside it (RFC 6266, 5987)."""
    shown = clean_name(name)
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", shown.replace("đ", "d").replace("Đ", "D"))
        if unicodedata.category(letter) != "Mn"
    )
    ascii_name = re.sub(r'[^ -~]|["\\%]', "_", bare)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(shown, safe='!#$&+-.^_`|~')}"


def _declared(name: str) -> str | None:
    return mimetypes.guess_type("x" + name[name.rfind(".") :] if "." in name else "x", strict=False)[0]


def _trim(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" .")
