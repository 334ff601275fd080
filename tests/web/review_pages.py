"""A world with a review, and its steps as people take them through the pages."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions.scoring import save_score
from awards.enums import NominationState
from awards.models import Honour, Nomination, Review
from tests.awards import AwardWorld, make_award_world, nomination
from tests.flows.district import District

CODES = ("organization", "activity", "service", "example")
# Of 30, 30, 20 and 20 points; written so that no other figure in the database looks like one of them.
POINTS = {"organization": "27.3", "activity": "26.7", "service": "13.9", "example": "17.1"}
JUDGES = ("chair", "deputy", "member1", "member2", "member3")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def build(place: District | None = None) -> AwardWorld:
    """Four nominees; the first is of the unit where ``member1`` works."""
    world = make_award_world(place=place, accepted=(2, 2), places=2)
    for number, organization in enumerate([one for street in world.organizations for one in street]):
        nomination(
            world.organization_honour,
            organization,
            state=NominationState.REVIEW,
            deeds=f"{organization.unit.name}的事迹{number}。",
        )
    member = world.committee[2]
    member.employer = world.organizations[0][0].unit.name
    member.save()
    return world


def client_of(world: AwardWorld, key: str) -> Client:
    client = Client()
    client.force_login(world.person(key), backend=BACKEND)
    return client


def page(world: AwardWorld, key: str, name: str, *arguments: object, post: dict | None = None, follow=True):
    client = client_of(world, key)
    address = reverse(name, args=arguments)
    return client.get(address, follow=follow) if post is None else client.post(address, post, follow=follow)


def text_of(response) -> str:
    return response.content.decode()


def nominees(honour: Honour) -> list[Nomination]:
    return list(honour.nominations.order_by("pk"))


def own_unit(honour: Honour) -> Nomination:
    """The nominee of whom ``member1`` is recused."""
    return nominees(honour)[0]


def numbers(honour: Honour, key: str) -> list[int]:
    """Of the nominees that a judge scores."""
    rows = [one for one in nominees(honour) if key != "member1" or one.pk != own_unit(honour).pk]
    return [one.blind_number for one in rows]


def declare(world: AwardWorld, honour: Honour, key: str, **said: str):
    return page(world, key, "conflicts", honour.pk, post={"complete": "on", **said})


def begin(world: AwardWorld, honour: Honour) -> None:
    """Everybody declared, and scoring has begun."""
    for key in JUDGES:
        assert "回避情况已申报" in text_of(declare(world, honour, key))
    assert "评分已开始" in text_of(page(world, "secretary", "open_scoring", honour.pk, post={}))


def give(
    world: AwardWorld, honour: Honour, key: str, number: int, points: dict[str, str], then: str = "next"
):
    data = {f"points_{code}": value for code, value in points.items()} | {"then": then}
    return page(world, key, "score_sheet", honour.pk, number, post=data)


def score_all(world: AwardWorld, honour: Honour, *keys: str, points: dict[str, str] = POINTS) -> None:
    """These judges score whom they may, and hand in."""
    for key in keys:
        for number in numbers(honour, key):
            save_score(honour, number, points, by=world.person(key), at=timezone.now())
        assert "已提交" in text_of(page(world, key, "hand_in_scores", honour.pk, post={}))


def close(world: AwardWorld, honour: Honour, key: str = "secretary", **data: str):
    return page(world, key, "close_scoring", honour.pk, post=data)


def open_(world: AwardWorld, honour: Honour, key: str = "chair"):
    return page(world, key, "open_scores", honour.pk, post={})


def state(honour: Honour) -> str:
    return Review.objects.get(honour=honour).state
