"""Keyset pages, merged queues and capped counts: the desk's queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.enums import Role
from orgs.permissions import appoint
from orgs.queries import running_posts
from records.calendars import WorkingCalendar
from tests.flows import district as d
from tests.sharing import shared
from workflows import keyset
from workflows.desk import BY_DUE, Asked, desk_counts, desk_page, queues, todo
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def make_items(place, count: int, **fields) -> list[WorkItem]:
    """Rows of drafts, turned into rows of another queue."""
    items = []
    for number in range(count):
        case = d.open_founding(place, d.make_applying_unit(place))
        WorkItem.objects.filter(case=case).update(due_on=ON + dt.timedelta(days=number // 2), **fields)
        items.append(WorkItem.objects.get(case=case))
    return items


def walk(sources, size: int) -> list[list[int]]:
    """All pages of a list by their keys."""
    pages, after = [], ""
    while True:
        page = keyset.page_of(WorkItem, sources, BY_DUE, after=after, size=size)
        pages.append([row.pk for row in page.rows])
        if not page.next:
            return pages
        after = page.next


def test_pages_by_key_hold_every_row_once_in_order(place):
    items = make_items(place, 7)
    wanted = [item.pk for item in sorted(items, key=lambda item: (item.due_on, item.pk))]
    for size in (1, 2, 3, 7, 8):
        assert [pk for page in walk([WorkItem.objects.all()], size) for pk in page] == wanted


def test_turning_back_gives_the_same_pages(place):
    make_items(place, 7)
    rows = [WorkItem.objects.all()]
    first = keyset.page_of(WorkItem, rows, BY_DUE, size=3)
    second = keyset.page_of(WorkItem, rows, BY_DUE, after=first.next, size=3)
    third = keyset.page_of(WorkItem, rows, BY_DUE, after=second.next, size=3)
    assert keyset.page_of(WorkItem, rows, BY_DUE, before=third.previous, size=3).rows == second.rows
    back = keyset.page_of(WorkItem, rows, BY_DUE, before=second.previous, size=3)
    assert back.rows == first.rows
    assert back.previous == ""


def test_several_queues_are_merged_in_one_statement(place):
    street = place.streets[0]
    make_items(place, 3, role=Role.SUBDISTRICT_HANDLER, organization=street, unit=None, owner=None)
    make_items(place, 3, role=Role.INSTRUCTOR, organization=street, unit=None, owner=None)
    sources = queues(running_posts(place.person("handler0"), timezone.localdate()))
    assert len(sources) == 2
    with CaptureQueriesContext(connection) as queries:
        page = keyset.page_of(WorkItem, sources, BY_DUE, size=4)
    assert len(queries) == 1
    assert [(row.due_on, row.pk) for row in page.rows] == sorted((row.due_on, row.pk) for row in page.rows)
    assert len([pk for page in walk(sources, 4) for pk in page]) == 6


def test_two_posts_that_lead_to_one_queue_show_it_once(place):
    person = place.person("handler0")
    appoint(person, Role.INSTRUCTOR, place.streets[0], by=None, on=timezone.localdate())
    assert len(queues(running_posts(person, timezone.localdate()))) == 2


def test_counts_are_one_statement_and_stop_at_the_cap(place, monkeypatch):
    monkeypatch.setattr(keyset, "CAP", 2)
    make_items(place, 3)
    with CaptureQueriesContext(connection) as queries:
        counts = keyset.capped_counts(all=[WorkItem.objects.all()], nothing=[])
    assert len(queries) == 1
    assert counts == {"all": 2, "nothing": 0}
    assert keyset.shown(2) == "1+"


def test_the_strip_counts_overdue_and_the_next_working_day(place):
    items = make_items(place, 4)
    applicant = items[0].owner
    for item in items:
        WorkItem.objects.filter(pk=item.pk).update(owner=applicant)
    days = (ON - dt.timedelta(days=1), ON, ON + dt.timedelta(days=1), ON + dt.timedelta(days=2))
    for item, day in zip(items, days, strict=True):
        WorkItem.objects.filter(pk=item.pk).update(due_on=day)
    counts = desk_counts(applicant, on=ON, calendar=WorkingCalendar.around(ON))
    assert (counts["todo"], counts["overdue"], counts["soon"]) == (4, 1, 2)


def test_reading_a_page_asks_for_delegations_and_then_only_for_work_items(place):
    item = make_items(place, 1)[0]
    holder = item.owner
    with CaptureQueriesContext(connection) as queries:
        page = desk_page(holder, Asked(), on=ON)
    assert page.rows == [item]
    tables = [WorkItem._meta.db_table in one["sql"] for one in queries]
    assert tables == [False, True]  # for whom the person acts, and the page
    assert "JOIN" not in queries[1]["sql"]


@pytest.mark.parametrize(
    "text", ["", "x", "2026-01-01", "2026-13-01~1", "2026-01-01~-1", f"2026-01-01~{1 << 63}"]
)
def test_what_is_no_key_reads_as_none(text):
    assert BY_DUE.parse(text) is None


def test_keys_come_back_as_they_were(place):
    item = make_items(place, 1)[0]
    assert BY_DUE.parse(BY_DUE.key(item)) == (item.due_on, item.pk)


def test_the_address_keeps_the_filters_and_drops_the_page():
    asked = Asked(tab="claim", q="云岫", overdue=True, after="k")
    assert asked.url() == "?tab=claim&q=%E4%BA%91%E5%B2%AB&overdue=1"
    assert asked.url(after="z").endswith("&after=z")
    assert Asked().url() == "?"
    assert Asked.from_query({"tab": "nonsense", "flow": "x", "q": " a "}) == Asked(q="a")


@pytest.mark.postgres
@pytest.mark.parametrize("key", [None, (ON, 5)])
def test_postgres_reads_each_list_from_its_partial_index(place, key):
    item = make_items(place, 1)[0]
    with connection.cursor() as cursor:
        # Of a handful of rows any index would do; what is asked is which one gives the order as well.
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
        # The index of everything that is due (reminders) costs as little here, and is not what is asked about.
        cursor.execute("DROP INDEX work_item_due")
    for rows, index in (
        (todo(item.owner), "work_item_todo"),
        (
            queues(running_posts(place.person("handler0"), timezone.localdate()))[0],
            "work_item_claim_organization",
        ),
        (queues(running_posts(place.person("applicant"), timezone.localdate()))[0], "work_item_claim_unit"),
    ):
        for part in BY_DUE.ranges(rows, key, backward=False, limit=21):
            assert index in part.explain()
