"""Names of units in two languages. The official name carries its kind in front: "Huyện Đồng Văn"."""

_ENGLISH = {
    "tỉnh": "province",
    "thành phố": "city",
    "quận": "urban district",
    "huyện": "district",
    "thị xã": "town",
    "phường": "ward",
    "xã": "commune",
    "thị trấn": "township",
    "đặc khu": "special zone",
}
_SHORT = {"thị trấn": "TT", "thành phố": "TP", "thị xã": "TX"}


def proper_name(name: str, kind: str) -> str:
    """The name without its kind: "Đồng Văn"."""
    if kind and name.lower().startswith(kind.lower() + " "):
        return name[len(kind) + 1 :]
    return name


def display_name(name: str, kind: str, language: str) -> str:
    """The full name in the reader's language: "Huyện Đồng Văn" or "Đồng Văn district"."""
    word = _ENGLISH.get(kind.lower())
    if not language.startswith("en") or word is None or proper_name(name, kind) == name:
        return name
    return f"{proper_name(name, kind)} {word}"


def short_name(name: str, kind: str) -> str:
    """The name for a tile: "Lũng Cú", "TT Phó Bảng", "TP Hà Giang"."""
    short = _SHORT.get(kind.lower())
    proper = proper_name(name, kind)
    return f"{short} {proper}" if short and proper != name else proper


def whole_of(name: str, kind: str, language: str) -> str:
    """All of a unit, as the last row of a table says: "Toàn tỉnh"; in English its name, "Hà Giang province"."""
    return display_name(name, kind, language) if language.startswith("en") else f"Toàn {kind}"
