"""Drawings of flows: complete, within their boxes, the same every time; and the road of a case."""

import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from orgs.enums import OrganizationKind
from tests.flows import district as d
from workflows import diagram
from workflows.founding.flow import FoundingFlow
from workflows.journey import ahead, destination, road
from workflows.models import Outcome
from workflows.survey.flow import SurveyFlow

FLOWS = [FoundingFlow, SurveyFlow]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("flow", FLOWS)
def test_every_node_and_edge_is_drawn(flow):
    picture = ElementTree.fromstring(diagram.svg(flow))
    nodes = list(flow.instance.nodes())
    titles = {title.text for title in picture.iter(f"{SVG}title")}
    assert {str(node.task_title) for node in nodes} <= titles
    drawn = [path for path in picture.iter(f"{SVG}path") if path.get("class") == "e"]
    assert len(drawn) == len(diagram.layout(flow).edges)


@pytest.mark.parametrize("flow", FLOWS)
def test_labels_stay_inside_their_boxes(flow):
    for cell in diagram.layout(flow).cells:
        if diagram.kind_of(cell.node) in ("task", "step", "end"):
            for line in diagram.label_lines(cell):
                assert diagram.width(line) * 6.5 <= cell.shape.width, line


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("街镇审批", 16, ["街镇审批"]),
        ("是否备案、是否选举", 13, ["是否备案、", "是否选举"]),
        ("一二三四五六七八九", 16, ["一二三四五六", "七八九"]),
        ("Approval of the result", 16, ["Approval of the", "result"]),
        ("", 16, [""]),
    ],
)
def test_lines_break_between_words_or_chinese_characters(text, limit, wanted):
    assert diagram.lines(text, limit) == wanted


@pytest.mark.parametrize("flow", FLOWS)
def test_bpmn_names_every_node_and_its_references_resolve(flow):
    root = ElementTree.fromstring(diagram.bpmn(flow))
    process = root.find(f"{{{diagram.BPMN}}}process")
    ids = {element.get("id") for element in process}
    assert {node.name for node in flow.instance.nodes()} <= ids
    for edge in process.iter(f"{{{diagram.BPMN}}}sequenceFlow"):
        assert {edge.get("sourceRef"), edge.get("targetRef")} <= ids
    shapes = root.iter(f"{{{diagram.BPMNDI}}}BPMNShape")
    assert {shape.get("bpmnElement") for shape in shapes} == {node.name for node in flow.instance.nodes()}


@pytest.mark.once
def test_the_drawing_does_not_depend_on_hashing():
    """docs/flows is compared byte by byte, so two processes must draw the same."""
    code = (
        "import django; django.setup(); import hashlib; from workflows import diagram;"
        "from workflows.founding.flow import FoundingFlow as F;"
        "print(hashlib.sha256((diagram.svg(F) + diagram.bpmn(F)).encode()).hexdigest())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment(seed),
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def environment(seed: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONHASHSEED": seed,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": ".",
    }


@pytest.fixture
def place(db) -> d.District:
    return d.make_district()


def node(name: str):
    return FoundingFlow.instance.node(name)


def test_the_road_ahead_follows_the_kind_before_the_route_is_frozen(place):
    case = d.open_founding(place, d.make_applying_unit(place))
    names = [step.name for step in ahead(case, node("draft_request"))]
    assert names[:4] == ["approve_unit", "check_completeness", "approve_subdistrict", "hold_meeting"]
    assert names[-1] == "registered"
    committee = d.open_founding(place, d.make_applying_unit(place), kind=OrganizationKind.COMMITTEE)
    names = [step.name for step in ahead(committee, node("draft_request"))]
    assert names[3:5] == ["review_district", "approve_district"]


def test_looking_ahead_changes_nothing(place):
    case = d.open_founding(place, d.make_applying_unit(place))
    before = (case.outcome, case.stage, list(case.artifact.route))
    ahead(case, node("draft_request"))
    assert (case.outcome, case.stage, list(case.artifact.route)) == before


def test_a_corrected_case_goes_back_to_whoever_returned_it(place):
    case = d.case_after(place, "applicant", "leader")
    d.act(case, place.person("handler0"), Outcome.RETURNED)
    case = d.load_case(case.pk)
    assert destination(case, node("correct_request"), Outcome.SUBMITTED).name == "check_completeness"


def test_every_returned_step_stays_on_the_road(place):
    case = d.case_after(place, "applicant")
    d.act(case, place.person("leader"), Outcome.RETURNED)
    case = d.load_case(case.pk)
    stops = road(
        case, list(case.decisions.all()), list(case.work_items.filter(open=True)), lambda one: one.node
    )
    assert [stop.state for stop in stops[:3]] == ["done", "back", "now"]
    assert diagram.road_svg(stops, 2).count('<rect class="n"') == len(stops)


def test_writing_bpmn_leaves_the_prefixes_of_other_formats_alone():
    """The metadata of a PDF must go on to call Dublin Core ``dc``, or validators refuse the file."""
    dublin_core = "{http://purl.org/dc/elements/1.1/}title"
    ElementTree.register_namespace("dc", "http://purl.org/dc/elements/1.1/")
    diagram.bpmn(FoundingFlow)
    assert b"<dc:title" in ElementTree.tostring(ElementTree.Element(dublin_core))
