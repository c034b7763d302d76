"""The most endpoints that the free ports of a cascade can carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rooms.scheduling.capacity import Bridge, link_between, orient


@dataclass(frozen=True, slots=True)
class _Choice:
    """The best a bridge can do for what lies beyond it: ``value`` endpoints in all, ``own`` of them on the bridge
    itself, through links to ``neighbours``."""

    value: int
    own: int
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Free:
    ports: Mapping[str, int]
    wanted: Mapping[str, Sequence[str]]

    def best(self, code: str, offers: Sequence[tuple[int, str]], *, upward: int, kept: int) -> _Choice:
        """Links to the best k of ``offers`` (value, neighbour; best first), for the k that carries most.

        ``upward``: ports for the link that leads here (0 or 1); ``kept``: endpoints that must stay (the host).
        Fewer links win at equal value. ``value`` 0 = not worth or not able to be linked.
        """
        room = self.ports[code] - upward
        sums = [0, *accumulate(value for value, _ in offers)]
        best = _Choice(0, 0, ())
        for number in range(min(len(offers), room - kept) + 1):
            own = min(len(self.wanted.get(code, ())), room - number)
            if own + sums[number] > best.value:
                best = _Choice(own + sums[number], own, tuple(neighbour for _, neighbour in offers[:number]))
        return best


def fit(
    bridges: Mapping[str, Bridge],
    free_ports: Mapping[str, int],
    free_links: Mapping[str, int | None],
    wanted: Mapping[str, Sequence[str]],
    host: str | None,
) -> list[str]:
    """A greatest set of endpoints that one meeting can carry, each bridge's taken from the front of its list.

    ``free_ports`` of every bridge; ``free_links`` by child bridge, None = unlimited; ``wanted``: bridge → endpoints.
    ``host`` is one of them: it is kept as long as its bridge has a port at all, and all others are linked to it.
    Without a host any connected part of the network will do. Exact: in a tree, a bridge carries its own endpoints
    and any choice of its neighbours, each of which costs one port however many endpoints it brings, so the best k
    neighbours are the k that bring most, and only k must be tried. O(n log n) for n bridges.
    """
    ordered = {code: list(codes) for code, codes in wanted.items()}
    home = next((code for code, codes in ordered.items() if host in codes), None)
    if home is None or host is None or free_ports[home] < 1:
        tops = [code for code in bridges if bridges[code].parent is None]
        home = None
    else:
        ordered[home].sort(key=lambda each: each != host)
        tops = [home]
    free = _Free(free_ports, ordered)
    linked: dict[str, _Choice] = {}
    best: _Choice = _Choice(0, 0, ())
    best_code = ""
    for top in tops:
        towards = orient(bridges, top)
        offers: dict[str, list[tuple[int, str]]] = {code: [] for code in towards}
        for code, neighbour in reversed(towards.items()):
            offers[code].sort(key=lambda each: -each[0])
            if home is None or code == home:
                as_top = free.best(code, offers[code], upward=0, kept=0 if home is None else 1)
                if as_top.value > best.value:
                    best, best_code = as_top, code
            if neighbour is None:
                continue
            connections = free_links[link_between(bridges, code, neighbour)]
            if connections is None or connections > 0:
                linked[code] = free.best(code, offers[code], upward=1, kept=0)
                if linked[code].value:
                    offers[neighbour].append((linked[code].value, code))
    taken: list[str] = []
    queue = [(best_code, best)]
    for code, choice in queue:
        taken.extend(ordered.get(code, ())[: choice.own])
        queue.extend((neighbour, linked[neighbour]) for neighbour in choice.neighbours)
    return taken
