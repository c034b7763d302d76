"""Who may hear (pure). An audience is a short text: "everyone", "staff", "person:7", "endpoint:X00715"."""

import re
from typing import Final

EVERYONE: Final = "everyone"
STAFF: Final = "staff"

_FORM = re.compile(r"[a-z][a-z_]*(:[A-Za-z0-9._-]+)?")


def person(pk: int) -> str:
    """The audience of one person."""
    return f"person:{pk}"


def endpoint(code: str) -> str:
    """The audience of one endpoint: the people and screens in that room."""
    return f"endpoint:{code}"


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
