"""Drawings of flows: the road of one case for its page, the whole process for its own page and for ``docs/flows/``.

The engine lays the process out; shapes, labels and colours are ours, because its labels are wrapped at 20 characters,
which is wider than a box when they are Chinese.
"""

import itertools
import unicodedata
from collections import Counter
from functools import cache
from typing import Any
from xml.etree import ElementTree

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from viewflow.workflow import chart
from viewflow.workflow.base import Node
from viewflow.workflow.status import STATUS

from .base import BaseFlow
from .journey import Stop
from .models import Case, GuardedTask
from .nodes import Deadline, Finish, Gateway, HumanTask, Opening

BOX = (132, 56)
GAP = (34, 30)
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC, DI = "http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI"


def width(text: str) -> int:
    """Width in half characters: a Chinese character is two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def lines(text: str, limit: int) -> list[str]:
    """``text`` broken into lines of at most ``limit`` half characters, between words or Chinese characters."""
    pieces: list[str] = []
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        if pieces and not wide and not pieces[-1].endswith(" ") and width(pieces[-1][-1]) == 1:
            pieces[-1] += char
        else:
            pieces.append(char)
    found = [""]
    for piece in pieces:
        if found[-1] and width(found[-1] + piece.rstrip()) > limit:
            found.append("")
        found[-1] += piece
    found = [line.strip() for line in found]
    for mark in "、，":
        head, found_mark, tail = text.partition(mark)
        if len(found) == 2 and found_mark and max(width(head) + 2, width(tail)) <= limit:
            return [head + mark, tail]
    # Two lines of about the same length read better than a full one and a rest of one character.
    if len(found) == 2 and width(found[1]) <= 2 and limit > 8:
        return lines(text, limit - 3)
    return found


@cache
def _layout(flow_class: Any) -> chart.Grid:
    return chart.calc_layout_data(flow_class)


def layout(flow_class: Any) -> chart.Grid:
    """Places of the nodes and edges of a flow; the same for every case and language, so made once."""
    return _layout(flow_class)


def kind_of(node: Node) -> str:
    """Which shape a node has."""
    for cls, kind in ((Gateway, "gate"), (Deadline, "clock"), (Opening, "start"), (Finish, "end")):
        if isinstance(node, cls):
            return kind
    return "task" if isinstance(node, HumanTask) else "step"


def label_lines(cell: chart.Cell) -> list[str]:
    """The title of a node in lines that fit its shape; half a character is 6.5 wide, in a gateway 5.5."""
    if kind_of(cell.node) == "gate":
        return lines(str(cell.node.task_title), int((cell.shape.width - 22) / 5.5))
    return lines(str(cell.node.task_title), int((cell.shape.width - 14) / 6.5))


def states_of(case: Case) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """State (``done``, ``now``) of each node that the case has reached, and the edges that it took."""
    states: dict[str, str] = {}
    tasks = GuardedTask.objects.filter(process_id=case.pk).order_by("pk")
    for task in tasks:
        if task.flow_task is None:
            continue
        name = task.flow_task.name
        if task.status in (STATUS.NEW, STATUS.ASSIGNED):
            states[name] = "now"
        elif task.status == STATUS.DONE and states.get(name) != "now":
            states[name] = "done"
    through = GuardedTask.previous.through.objects.filter(from_task__process_id=case.pk)
    taken = {
        (before.name, after.name)
        for before, after in through.values_list("to_task__flow_task", "from_task__flow_task")
        if before is not None and after is not None
    }
    return states, taken


def svg(flow_class: type[BaseFlow], case: Case | None = None) -> str:
    """The whole process as SVG, with the state of a case if one is given.

    Colours are presentation attributes, so that the file stands alone; pages may style the classes.
    """
    grid = layout(flow_class)
    states, taken = states_of(case) if case is not None else ({}, set())
    nodes = []
    for cell in grid.cells:
        shape, kind = cell.shape, kind_of(cell.node)
        text = [] if kind in ("start", "clock") else label_lines(cell)
        middle = shape.y + shape.height // 2
        leading = 17 if kind in ("task", "step") else 13
        nodes.append(
            {
                "name": cell.node.name,
                "title": str(cell.node.task_title),
                "kind": kind,
                "state": states.get(cell.node.name, ""),
                "x": shape.x,
                "y": shape.y,
                "width": shape.width,
                "height": shape.height,
                "cx": shape.x + shape.width // 2,
                "cy": middle,
                "right": shape.x + shape.width,
                "half": shape.height // 2,
                "inner": shape.x + shape.width - 13,
                "outer": shape.x + 13,
                "lines": [
                    (line, middle + int((number - (len(text) - 1) / 2) * leading))
                    for number, line in enumerate(text)
                ],
            }
        )
    places = Counter(edge.label_pos for edge in grid.edges if edge.label)
    edges = [
        edge_shape(edge, (edge.src.name, edge.dst.name) in taken, places[edge.label_pos] > 1)
        for edge in grid.edges
    ]
    edges.sort(key=lambda edge: edge["on"])
    context = {
        "nodes": nodes,
        "edges": edges,
        "width": grid.width,
        "height": grid.height,
        "title": str(flow_class.process_title),
        "description": describe(nodes) if case is not None else str(flow_class.process_description),
    }
    return render_to_string("workflows/partials/process.svg", context)


def edge_shape(edge: chart.Edge, taken: bool, crowded: bool) -> dict:
    """Path and label of an edge; a label stands where the edge begins or, where several begin, where it ends."""
    path = " ".join(f"{'L' if at else 'M'}{int(x)} {int(y)}" for at, (x, y) in enumerate(edge.segments))
    label = str(edge.label) if edge.label else ""
    x, y = edge.label_pos or (edge.segments[0][0] + 4, edge.segments[0][1] - 6)
    if crowded:
        (x1, y1), (x2, y2) = edge.segments[-2], edge.segments[-1]
        x, y = (min(x1, x2) + 10, y1 - 6) if y1 == y2 else (x2 + 8, y2 + (26 if y1 > y2 else -16))
    return {"path": path, "label": label, "x": int(x), "y": int(y), "on": taken}


def describe(nodes: list[dict]) -> str:
    """The picture in words: what is done and where the case is."""
    done = [node["title"] for node in nodes if node["state"] == "done" and node["kind"] == "task"]
    now = [node["title"] for node in nodes if node["state"] == "now"]
    return _("已办环节：%(done)s。当前环节：%(now)s。") % {
        "done": _("、").join(done) or _("无"),
        "now": _("、").join(now) or _("无"),
    }


def road_svg(stops: list[Stop], columns: int) -> str:
    """The road of a case as boxes that turn back at the end of each row; decoration only, a list says the same."""
    box_width, box_height = BOX
    step_x, step_y = box_width + GAP[0], box_height + GAP[1]
    boxes: list[dict[str, Any]] = []
    for at, stop in enumerate(stops):
        row, column = divmod(at, columns)
        if row % 2:
            column = columns - 1 - column
        x, y = column * step_x, row * step_y
        text = lines(stop.title, 17)
        rest = 1 if stop.detail else 0
        top = y + box_height // 2 - int((len(text) - 1 + rest) * 8.5)
        boxes.append(
            {
                "state": stop.state,
                "x": x,
                "y": y,
                "cx": x + box_width // 2,
                "lines": [(line, top + number * 17) for number, line in enumerate(text)],
                "detail": stop.detail,
                "detail_y": top + len(text) * 17,
            }
        )
    arrows = []
    for before, after in itertools.pairwise(boxes):
        if before["y"] != after["y"]:
            path = f"M{before['cx']} {before['y'] + box_height + 2}V{after['y'] - 7}"
        elif after["x"] > before["x"]:
            path = f"M{before['x'] + box_width + 2} {before['y'] + box_height // 2}H{after['x'] - 7}"
        else:
            path = f"M{before['x'] - 2} {before['y'] + box_height // 2}H{after['x'] + box_width + 7}"
        arrows.append({"path": path, "on": after["state"] not in ("next", "end")})
    rows = -(-len(stops) // columns)
    context = {
        "boxes": boxes,
        "arrows": arrows,
        "box_width": box_width,
        "box_height": box_height,
        "width": min(columns, max(len(stops), 1)) * step_x - GAP[0],
        "height": max(rows, 1) * step_y - GAP[1],
        "columns": columns,
    }
    return render_to_string("workflows/partials/road.svg", context)


def bpmn(flow_class: type[BaseFlow]) -> str:
    """The process as BPMN 2.0 with its drawing, for other tools."""
    # Prefixes are registered for the whole process: plain "dc" would take Dublin Core's from the metadata of PDFs.
    for prefix, uri in (("bpmn", BPMN), ("bpmndi", BPMNDI), ("omgdc", DC), ("omgdi", DI)):
        ElementTree.register_namespace(prefix, uri)
    grid = layout(flow_class)
    name = flow_class.instance.app_name
    root = ElementTree.Element(f"{{{BPMN}}}definitions", {"targetNamespace": "http://bpmn.io/schema/bpmn"})
    process = ElementTree.SubElement(
        root,
        f"{{{BPMN}}}process",
        {"id": name, "name": str(flow_class.process_title), "isExecutable": "false"},
    )
    plane = ElementTree.SubElement(
        ElementTree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", {"id": f"{name}_diagram"}),
        f"{{{BPMNDI}}}BPMNPlane",
        {"id": f"{name}_plane", "bpmnElement": name},
    )
    for cell in grid.cells:
        add_bpmn_node(process, plane, cell)
    for edge in grid.edges:
        add_bpmn_edge(process, plane, edge)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def add_bpmn_node(process: ElementTree.Element, plane: ElementTree.Element, cell: chart.Cell) -> None:
    node, shape = cell.node, cell.shape
    attributes = {"id": node.name, "name": str(node.task_title)}
    if isinstance(node, Deadline):
        attributes["attachedToRef"] = node._attached_to.name
    element = ElementTree.SubElement(process, f"{{{BPMN}}}{node.bpmn_element}", attributes)
    if isinstance(node, Deadline) or node.bpmn_element == "intermediateCatchEvent":
        ElementTree.SubElement(element, f"{{{BPMN}}}timerEventDefinition")
    drawn = ElementTree.SubElement(
        plane, f"{{{BPMNDI}}}BPMNShape", {"id": f"{node.name}_shape", "bpmnElement": node.name}
    )
    bounds = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
    ElementTree.SubElement(drawn, f"{{{DC}}}Bounds", {key: str(int(value)) for key, value in bounds.items()})


def add_bpmn_edge(process: ElementTree.Element, plane: ElementTree.Element, edge: chart.Edge) -> None:
    name = f"{edge.src.name}__{edge.dst.name}"
    attributes = {"id": name, "sourceRef": edge.src.name, "targetRef": edge.dst.name}
    if edge.label:
        attributes["name"] = str(edge.label)
    ElementTree.SubElement(process, f"{{{BPMN}}}sequenceFlow", attributes)
    drawn = ElementTree.SubElement(
        plane, f"{{{BPMNDI}}}BPMNEdge", {"id": f"{name}_edge", "bpmnElement": name}
    )
    for x, y in edge.segments:
        ElementTree.SubElement(drawn, f"{{{DI}}}waypoint", {"x": str(int(x)), "y": str(int(y))})
