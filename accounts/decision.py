"""Who may do what where: pure, so that the whole matrix can be read and tested in milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SECRETARIAT = "secretariat"
    OPERATOR = "operator"
    CHAIR = "chair"
    DELEGATE = "delegate"
    OBSERVER = "observer"


class Right(StrEnum):
    MANAGE_NETWORK = "manage_network"
    VIEW_NETWORK = "view_network"
    BOOK = "book"
    VIEW_MEETING = "view_meeting"
    PREPARE = "prepare"
    RUN = "run"
    SCAN = "scan"
    READ_REPORT = "read_report"
    READ_AUDIT = "read_audit"
    MANAGE_ACCOUNTS = "manage_accounts"


ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.SECRETARIAT: frozenset(
        {
            Right.VIEW_NETWORK,
            Right.BOOK,
            Right.VIEW_MEETING,
            Right.PREPARE,
            Right.RUN,
            Right.SCAN,
            Right.READ_REPORT,
        }
    ),
    Role.OPERATOR: frozenset({Right.VIEW_NETWORK, Right.SCAN}),
    Role.CHAIR: frozenset({Right.VIEW_NETWORK, Right.VIEW_MEETING, Right.READ_REPORT}),
    Role.DELEGATE: frozenset(),
    Role.OBSERVER: frozenset({Right.VIEW_NETWORK, Right.VIEW_MEETING, Right.READ_REPORT}),
}


@dataclass(frozen=True)
class Grant:
    """A role held at a unit. `unit_path` is the unit's materialised path, "/1/24/"."""

    role: Role
    unit_path: str

    def reaches(self, path: str) -> bool:
        """Whether `path` is the grant's unit or lies under it."""
        return path.startswith(self.unit_path)


@dataclass(frozen=True)
class Decision:
    """A verdict with its reason: `code` is "ok", "no_role" (no such right anywhere) or "out_of_scope"."""

    allowed: bool
    code: str


def decide(grants: Iterable[Grant], right: Right, path: str) -> Decision:
    """Whether one of the grants gives `right` over the unit at `path`."""
    holders = [grant for grant in grants if right in ROLE_RIGHTS[grant.role]]
    if any(grant.reaches(path) for grant in holders):
        return Decision(True, "ok")
    return Decision(False, "out_of_scope" if holders else "no_role")


def rights_over(grants: Iterable[Grant], path: str) -> frozenset[Right]:
    """Every right that the grants give over the unit at `path`."""
    return frozenset(right for grant in grants if grant.reaches(path) for right in ROLE_RIGHTS[grant.role])


def rights_anywhere(grants: Iterable[Grant]) -> frozenset[Right]:
    """Every right that the grants give over at least one unit: what a menu may offer."""
    return frozenset(right for grant in grants for right in ROLE_RIGHTS[grant.role])
