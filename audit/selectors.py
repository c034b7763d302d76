"""Reading and checking the journal."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from audit.chain import START, Broken, Fault, Head, verify
from audit.models import Chain, Entry

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class BrokenChain:
    chain: str
    broken: Broken


def entries_of(chain: str, limit: int, *, before: int | None = None) -> QuerySet[Entry]:
    """The latest ``limit`` entries of ``chain``, newest first; with ``before`` those older than that number."""
    entries = Entry.objects.filter(chain__name=chain).order_by("-seq")
    return (entries if before is None else entries.filter(seq__lt=before))[:limit]


def head_of(chain: str) -> Head:
    """Length and last hash of ``chain``, to be written down elsewhere; Head(0, START) when nothing happened yet."""
    found = Chain.objects.filter(name=chain).first()
    return Head(0, START) if found is None else found.head


def verify_chain(chain: str) -> Broken | None:
    """Check one chain from its first entry to its head; None when it holds or does not exist."""
    return next((found.broken for found in _verified(Chain.objects.filter(name=chain))), None)


def verify_all() -> Iterator[BrokenChain]:
    """The chains that do not hold, each with its first wrong number. Nothing: the journal is intact.

    Reads every entry once, in parts, so memory does not grow with the journal. Acts may go on meanwhile: what is
    added after a chain's turn is for the next check.
    """
    return _verified(Chain.objects.order_by("pk"))


def _verified(chains: QuerySet[Chain]) -> Iterator[BrokenChain]:
    # Length and last number in one statement: they belong together although entries are being added.
    newest = Entry.objects.filter(chain=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    for chain in chains.annotate(newest=Subquery(newest)).iterator():
        entries = chain.entries.filter(seq__lte=chain.length).order_by("seq").iterator(_CHUNK)
        broken = verify((entry.as_record(chain.name) for entry in entries), chain.head)
        if broken is None and (chain.newest or 0) > chain.length:
            broken = Broken(chain.length + 1, Fault.TRUNCATED)
        if broken is not None:
            yield BrokenChain(chain.name, broken)
