"""Errors of the domain: a code and its parameters. Sentences are made where they are shown (templates, forms, API)."""

from typing import ClassVar


class DomainError(Exception):
    """Base of every refusal. `status` is the HTTP status that the API and the pages answer with."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params


class NotFound(DomainError):
    """There is no such thing, or it is not the caller's to know."""

    code = "not_found"
    status = 404


class Forbidden(DomainError):
    """The caller may see the thing but not do this with it. `params["right"]` names the missing right."""

    code = "forbidden"
    status = 403


class StaleVersion(DomainError):
    """Somebody saved in between. Params: `version` (the present one), `changed_by`, `changed_at`."""

    code = "stale_version"


class Unacceptable(DomainError):
    """Well formed but not acceptable. `params["fields"]` maps a field to a reason code."""

    code = "unacceptable"
    status = 422


class OwnAccount(DomainError):
    """Administrators neither deactivate themselves nor give up being one: somebody else has to."""

    code = "own_account"


class RoleHeld(DomainError):
    """The account holds that role there already. Params: `role`, `unit`."""

    code = "role_held"
