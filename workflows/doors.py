"""Every address of the application with who may open it, for the permission table and the tests of the doors."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from orgs.access import Access, declared_access


@dataclass(frozen=True)
class Door:
    """One named address; ``parameters`` are the names of its converters."""

    name: str
    route: str
    parameters: tuple[str, ...]
    access: Access | None

    @property
    def description(self) -> str:
        """The door in words, for the permission table."""
        if self.access is None:
            return "undeclared"
        if not self.access.signed_in:
            return f"public: {self.access.reason}"
        if not self.access.perms:
            return "signed in"
        return ", ".join(sorted(f"`{perm}`" for perm in self.access.perms))


def doors() -> list[Door]:
    """All addresses, walked through the resolver, so that a new one cannot hide."""
    found: list[Door] = []

    def walk(patterns: Iterable[URLPattern | URLResolver], prefix: str, namespace: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
                walk(one.url_patterns, prefix + str(one.pattern), inner)
            elif isinstance(one, URLPattern):
                route = prefix + str(one.pattern)
                parameters = tuple(one.pattern.converters)
                found.append(Door(f"{namespace}{one.name}", route, parameters, declared_access(one.callback)))

    walk(get_resolver().url_patterns, "", "")
    return found
