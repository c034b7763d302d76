"""Reading endpoints as people write them: codes or names, several at once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.text import fold
from rooms.models import Endpoint


@dataclass(frozen=True)
class Written:
    """What was read of a text: `codes`, each once, in the order written, and the parts that name no endpoint."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...]


def parts_of(values: Iterable[str]) -> list[str]:
    """The single wishes in what was typed or picked: one field may hold several, parted by comma or semicolon."""
    return [part.strip() for value in values for part in re.split(r"[,;\n]", value) if part.strip()]


def read_endpoints(parts: Sequence[str], known: Iterable[Endpoint]) -> Written:
    """The endpoints of `known` that the parts name: by code, by name, marks ignored, or by codes parted by spaces."""
    by_code: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for endpoint in known:
        by_code[endpoint.code.upper()] = endpoint.code
        for name in (endpoint.display_name, endpoint.name):
            by_name.setdefault(fold(name), endpoint.code)
    found: list[str] = []
    unknown: list[str] = []
    for part in parts:
        code = by_code.get(part.upper()) or by_name.get(fold(part))
        pieces = [code] if code else [by_code.get(piece.upper()) for piece in part.split()]
        read = [piece for piece in pieces if piece]
        if len(read) == len(pieces):
            found += read
        else:
            unknown.append(part)
    return Written(tuple(dict.fromkeys(found)), tuple(unknown))
