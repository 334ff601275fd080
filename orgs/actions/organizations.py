"""Changes to the League tree."""

from typing import Any

from ..models import Organization
from ..rules.names import pinyin_initials


def add_organization(*, parent: Organization | None, name: str, **fields: Any) -> Organization:
    """Add a node below ``parent`` (None: the root), with its pinyin initials. Raises TreeTooWide.

    Takes the parent's row first: two additions under one parent wait for each other instead of colliding.
    """
    fields["initials"] = pinyin_initials(name)
    if parent is None:
        return Organization.objects.add_root({"name": name} | fields)
    locked = Organization.objects.select_for_update().get(pk=parent.pk)
    return Organization.objects.add_child(locked, {"name": name} | fields)
