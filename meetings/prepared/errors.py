"""What may be refused of a template of meetings."""

from typing import ClassVar

from accounts.errors import DomainError, NotFound


class TemplateNotFound(NotFound):
    """There is no such template in the user's reach. Params: `template`."""

    code: ClassVar[str] = "template_not_found"


class TemplateNameTaken(DomainError):
    """The unit has a template of this name. Params: `name`."""

    code: ClassVar[str] = "template_name_taken"
