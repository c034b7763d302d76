"""Why a reorganisation is refused. Sentences are made where they are shown."""

from collections.abc import Sequence
from typing import ClassVar

from accounts.errors import DomainError


class ReorganisationDone(DomainError):
    """It was carried out: its draft cannot be changed any more."""

    code: ClassVar[str] = "reorganisation_done"


class ReorganisationUndecided(DomainError):
    """Something is undecided. Params: `units`, `endpoints`: how many."""

    code: ClassVar[str] = "reorganisation_undecided"


class ReorganisationEmpty(DomainError):
    """It changes nothing: no unit and no endpoint is named."""

    code: ClassVar[str] = "reorganisation_empty"


class ReorganisationBlocked(DomainError):
    """The plan is wrong somewhere, or would break what is booked; nothing was changed.

    Params: `problems` and `stops`, how many of each.
    """

    code: ClassVar[str] = "reorganisation_blocked"

    def __init__(self, problems: Sequence[object], stops: Sequence[object]) -> None:
        super().__init__(problems=len(problems), stops=len(stops))


class UnitNotThere(DomainError):
    """No unit of these codes can be meant here. Params: `codes`."""

    code: ClassVar[str] = "unit_not_there"
    status: ClassVar[int] = 422
