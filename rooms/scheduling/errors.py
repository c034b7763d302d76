"""The root of what the scheduling engine refuses: a code and its parameters, never a sentence."""

from collections.abc import Mapping


class SchedulingInvalid(ValueError):
    """Input that cannot be scheduled at all, as opposed to a conflict, which is an answer.

    ``code`` is a stable snake_case word; ``params`` holds plain values for the sentence that a form or the
    API makes of it.
    """

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.params: dict[str, object] = dict(params or {})
        super().__init__(code, self.params)
