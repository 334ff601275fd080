"""The seal of an organization: its own security administrator keeps it, and nobody else."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orgs.actions.district import load_rule_sets
from orgs.enums import Role
from records.models import AuditEntry, Seal
from tests import factories
from tests.unit.records.seal_images import seal_file

from .registry import errors, make_registry, signed_in, today

pytestmark = [pytest.mark.django_db, pytest.mark.once("sqlite")]  # pages and files; flows run on both


@pytest.fixture
def registry():
    registry = make_registry()
    registry.keeper = factories.make_person(Role.SECURITY_ADMIN, registry.near, "邵静怡")
    registry.district_keeper = factories.make_person(Role.SECURITY_ADMIN, registry.district, "毛思远")
    registry.far_keeper = factories.make_person(Role.SECURITY_ADMIN, registry.far, "韩子涵")
    return registry


def address(registry, name="seal", *arguments):
    return reverse(name, args=[registry.near.pk, *arguments])


def upload(client, registry, file=None, valid_from=None):
    data = {
        "file": SimpleUploadedFile("章.png", (file or seal_file()).getvalue(), "image/png"),
        "valid_from": (valid_from or today()).isoformat(),
    }
    return client.post(address(registry), data)


def test_the_keeper_uploads_sees_and_withdraws_the_seal(registry):
    client = signed_in(registry.keeper)
    assert "还没有上传过印章" in client.get(address(registry)).content.decode()
    assert upload(client, registry).status_code == 302
    seal = Seal.objects.get()
    assert (seal.issuer_type, seal.issuer_id, seal.uploaded_by_id) == (
        "organization",
        registry.near.pk,
        registry.keeper.pk,
    )
    page = client.get(address(registry)).content.decode()
    assert "使用中" in page
    assert registry.keeper.name in page
    picture = client.get(address(registry, "seal_picture", seal.pk))
    assert picture["Content-Type"] == "image/png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert client.post(address(registry, "withdraw_seal", seal.pk), {"reason": ""}).status_code == 422
    assert client.post(address(registry, "withdraw_seal", seal.pk), {"reason": "印章磨损"}).status_code == 302
    page = client.get(address(registry)).content.decode()
    assert "印章磨损" in page
    assert "使用中" not in page
    story = AuditEntry.objects.filter(chain=f"organization:{registry.near.pk}")
    assert list(story.order_by("sequence").values_list("event", "by_id")) == [
        ("seal_uploaded", registry.keeper.pk),
        ("seal_withdrawn", registry.keeper.pk),
    ]


def test_a_bad_image_or_day_comes_back_with_what_to_do(registry):
    client = signed_in(registry.keeper)
    response = upload(client, registry, seal_file(400))
    assert response.status_code == 422
    assert "600" in errors(response)["file"]
    response = upload(client, registry, valid_from=today() - dt.timedelta(days=1))
    assert "不能早于今天" in errors(response)["valid_from"]
    assert not Seal.objects.exists()


@pytest.mark.parametrize(
    "who",
    ["handler", "approver", "instructor", "far_handler", "far_keeper", "district_handler", "district_keeper"],
)
def test_everybody_else_is_refused(registry, who):
    upload(signed_in(registry.keeper), registry)
    seal = Seal.objects.get()
    client = signed_in(getattr(registry, who))
    assert client.get(address(registry)).status_code == 403
    assert upload(client, registry).status_code == 403
    assert client.get(address(registry, "seal_picture", seal.pk)).status_code == 403
    assert client.post(address(registry, "withdraw_seal", seal.pk), {"reason": "x"}).status_code == 403
    assert Seal.objects.get().withdrawn_at is None


def test_a_seal_is_found_below_its_own_organization_only(registry):
    upload(signed_in(registry.keeper), registry)
    seal = Seal.objects.get()
    client = signed_in(registry.district_keeper)
    assert client.get(reverse("seal_picture", args=[registry.district.pk, seal.pk])).status_code == 404
    withdraw = reverse("withdraw_seal", args=[registry.district.pk, seal.pk])
    assert client.post(withdraw, {"reason": "x"}).status_code == 404


def test_the_navigation_leads_the_keeper_to_the_own_seal_and_nowhere_else(registry):
    load_rule_sets()
    client = signed_in(registry.keeper)
    page = client.get(reverse("desk")).content.decode()
    assert reverse("own_seal") in page
    assert client.get(reverse("own_seal")).headers["Location"] == address(registry)
    assert reverse("own_seal") not in signed_in(registry.handler).get(reverse("desk")).content.decode()
    assert client.get(reverse("organization", args=[registry.near.pk])).status_code == 403
    assert client.get(reverse("organizations")).status_code == 403
