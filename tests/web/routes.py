"""Every way in: the routes of the URLconf, page by page and operation by operation, and those of the sockets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from ninja.operation import PathView

from config.asgi import socket_routes

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")


@dataclass(frozen=True)
class Route:
    """One entry of the URLconf. `methods` are those of an operation of the API; None where only a try can tell."""

    pattern: str
    name: str
    methods: frozenset[str] | None = None

    @property
    def template(self) -> str:
        """The address with its parameters in braces: "/meetings/{meeting_id}/people/"."""
        plain = _GROUP.sub(r"{\1}", self.pattern).replace("^", "").replace("$", "").replace("\\", "")
        return "/" + _PARAMETER.sub(r"{\1}", plain)


def routes() -> list[Route]:
    """Every page, file and operation. The operations at one address are one route with all their methods."""
    return list({route.pattern: route for route in _walk(get_resolver().url_patterns, "")}.values())


def _walk(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[Route]:
    for entry in patterns:
        own = str(entry.pattern)
        whole = before + own.removeprefix("^") if before else own
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, whole)
        else:
            yield Route(whole, entry.name or "", _operations(entry))


def _operations(entry: URLPattern) -> frozenset[str] | None:
    kept = [cell.cell_contents for cell in getattr(entry.callback, "__closure__", None) or ()]
    views = [each for each in kept if isinstance(each, PathView)]
    return frozenset(method for view in views for operation in view.operations for method in operation.methods) or None


def pattern_of(address: str) -> str:
    """The pattern of the URLconf that answers the address. Raises Resolver404."""
    return resolve(address.partition("?")[0]).route


def sockets() -> list[str]:
    """The addresses of the sockets, their parameters in braces."""
    return ["/" + _PARAMETER.sub(r"{\1}", str(route.pattern)) for route in socket_routes]
