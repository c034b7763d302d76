class UnknownStream(Exception):
    """There is no such stream. Raised by the function named in REALTIME_AUDIENCES; the socket closes with 4404."""


class OutsideTransaction(Exception):
    """An event was to be published without the transaction of its change: its number could be lost."""


class UnknownKind(Exception):
    """No event class has this kind."""


class DuplicateKind(Exception):
    """Two event classes claim one kind."""
