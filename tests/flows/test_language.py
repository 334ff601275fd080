"""What is kept and printed is Chinese, whichever language the person reads the pages in."""

import re

import pytest
from django.utils import translation

from records.models import Document
from workflows.models import Case, Decision, WorkItem

from .test_founding import TO_MEETING, Road

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.django_db
def test_english_reader_leaves_chinese_records():
    with translation.override("en"):
        road = Road().go(*TO_MEETING)
    case = Case.objects.get(pk=road.case.pk)
    assert case.title.startswith("关于成立")
    assert all(CHINESE.search(item.note) for item in WorkItem.objects.all())
    assert all(
        CHINESE.search(one.node_title) and CHINESE.search(one.by_role) for one in Decision.objects.all()
    )
    reply = Document.objects.get(kind="establishment_reply")
    assert reply.content["body"]["mode"] == "独立建团"
    assert reply.content["body"]["organization_kind"] == "团支部"
