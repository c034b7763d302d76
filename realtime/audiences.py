"""Who may hear (pure). An audience is a short text: "everyone", "staff", "person:7", "endpoint:X00715".

One more stands beside them and is never published to: "at:X00715", the one place where a listener sits. Somebody may
hear what many endpoints hear; tablets are counted by where they are.
"""

import re
from collections.abc import Iterable
from typing import Final

EVERYONE: Final = "everyone"
STAFF: Final = "staff"

_PLACE: Final = "at:"
_FORM = re.compile(r"[a-z][a-z_]*(:[A-Za-z0-9._-]+)?")


def person(pk: int) -> str:
    """The audience of one person."""
    return f"person:{pk}"


def endpoint(code: str) -> str:
    """The audience of one endpoint: the people and screens in that room."""
    return f"endpoint:{code}"


def place(code: str) -> str:
    """The mark of those who sit at the place of that code."""
    return f"{_PLACE}{code}"


def place_in(audiences: Iterable[str]) -> str | None:
    """The code of the place where somebody who belongs to ``audiences`` sits; None when it is not known."""
    return next((each.removeprefix(_PLACE) for each in audiences if each.startswith(_PLACE)), None)


def checked(audience: str) -> str:
    """``audience`` itself. Raises ValueError when it has not the form of one."""
    if len(audience) > 120 or not _FORM.fullmatch(audience):
        raise ValueError(f"not an audience: {audience!r}")
    return audience


def may_hear(audiences: frozenset[str], audience: str) -> bool:
    """Whether somebody who belongs to ``audiences`` hears what is meant for ``audience``.

    Nothing is implied: whoever hears "everyone" has it among their audiences. One rule for live delivery and replay.
    """
    return audience in audiences
