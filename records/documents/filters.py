"""Template filters of the document templates."""

from urllib.parse import urlsplit

from django import template

from . import typography

register = template.Library()
register.filter("chinese_date", typography.chinese_date)
register.filter("ordinal", typography.ordinal)


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of free text, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@register.filter
def people(officers: list[dict]) -> list[str]:
    """Each person once, in the order given."""
    return list(dict.fromkeys(officer["name"] for officer in officers))


@register.filter
def by_post(officers: list[dict]) -> list[tuple[str, list[str]]]:
    """Names grouped by post, posts and names in the order given."""
    groups: dict[str, list[str]] = {}
    for officer in officers:
        groups.setdefault(officer["post"], []).append(officer["name"])
    return list(groups.items())


@register.filter
def title_lines(text: str, limit: int) -> list[str]:
    """``text`` broken like a title into lines of at most ``limit`` characters."""
    return typography.break_title(text, limit)


@register.filter
def several(names: list[str], room: int) -> str:
    """The names in one phrase: as many as fit into ``room`` characters, then only how many there are."""
    shown = names[:1]
    for name in names[1:]:
        if len("、".join([*shown, name])) > room:
            return f"{'、'.join(shown)}等{len(names)}家单位"
        shown.append(name)
    return "、".join(shown)


@register.filter
def host(url: str) -> str:
    """The address without scheme and path, as people type it."""
    return urlsplit(url).netloc
