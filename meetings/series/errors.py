"""What a series may refuse. See also rooms.errors, lifecycle.ActImpossible and accounts.errors.StaleVersion."""

from collections.abc import Mapping
from typing import ClassVar, NoReturn

from accounts.errors import DomainError
from rooms.scheduling.recurrence import RecurrenceInvalid


class RuleRefused(DomainError):
    """A rule by which no series can be booked."""

    status: ClassVar[int] = 422


class RuleMalformed(RuleRefused):
    """It cannot be read. Params: `part`."""

    code: ClassVar[str] = "rrule_malformed"


class RuleFrequency(RuleRefused):
    """Repeats neither by days nor by weeks nor by months. Params: `frequency`."""

    code: ClassVar[str] = "rrule_frequency"


class RulePart(RuleRefused):
    """It has a part that is not taken. Params: `part`."""

    code: ClassVar[str] = "rrule_part"


class RuleUnbounded(RuleRefused):
    """It never ends."""

    code: ClassVar[str] = "rrule_unbounded"


class RuleTooMany(RuleRefused):
    """Params: `most`."""

    code: ClassVar[str] = "rrule_too_many"


class RuleTooFar(RuleRefused):
    """Params: `last`, the last day that there may be."""

    code: ClassVar[str] = "rrule_too_far"


class RuleEmpty(RuleRefused):
    """It gives no date."""

    code: ClassVar[str] = "rrule_empty"


class SeriesOverlaps(RuleRefused):
    """A date begins before the one ahead of it is over. Params: `starts_at`."""

    code: ClassVar[str] = "series_overlaps"


class SeriesEmpty(RuleRefused):
    """No date is left to book."""

    code: ClassVar[str] = "series_empty"


class SeriesOver(DomainError):
    """No coming date is left that could be changed."""

    code: ClassVar[str] = "series_over"


class DateUnknown(RuleRefused):
    """The day is none of the series, or has its meeting already. Params: `day`."""

    code: ClassVar[str] = "date_unknown"


_RULES: Mapping[str, type[RuleRefused]] = {
    kind.code: kind
    for kind in (RuleMalformed, RuleFrequency, RulePart, RuleUnbounded, RuleTooMany, RuleTooFar, RuleEmpty)
}


def refuse(invalid: RecurrenceInvalid) -> NoReturn:
    """Raises the refusal that stands for a rule which the pure engine did not take."""
    params = {name: str(value) if name == "last" else value for name, value in invalid.params.items()}
    raise _RULES[invalid.code](**params) from invalid
