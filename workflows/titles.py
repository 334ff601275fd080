"""Flows and steps by the short names under which lists store them, in the reader's language."""

from records import notices

from .base import BaseFlow
from .flows import FLOWS

BY_NAME: dict[str, type[BaseFlow]] = {flow.instance.app_name: flow for flow in FLOWS}


def flow_title(name: str) -> str:
    """What a flow is called."""
    return str(BY_NAME[name].process_title) if name in BY_NAME else name


def node_title(flow: str, node: str) -> str:
    """What a step of a flow is called; a step that is no more keeps its stored name."""
    found = BY_NAME[flow].instance.node(node, no_obsolete=True) if flow in BY_NAME else None
    return str(found.task_title) if found is not None else node


@notices.shows("node")
def any_node_title(node: str) -> str:
    """What a step is called where only its name is known, as in a notice."""
    titles = (node_title(flow, node) for flow in BY_NAME)
    return next((title for title in titles if title != node), node)
