class AppendOnly(Exception):
    """The journal is written once: an entry or a chain was to be changed or removed through the ORM."""


class OutsideTransaction(Exception):
    """The journal was called without a transaction, so the entry could outlive an act that never happened."""
