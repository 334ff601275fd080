"""Opening, ending and re-opening the way to an account of a unit; never a password that somebody else knows."""

import datetime as dt

import pytest
from django.test import Client

from orgs.enums import Role
from orgs.models import Person, Post
from orgs.permissions import Perm, appoint, can
from records.models import AuditEntry, AuditPersonal
from tests import factories

from .registry import make_registry, signed_in, statements, today

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
GOOD = "一个够长的新口令2026"


@pytest.fixture
def registry():
    return make_registry()


@pytest.fixture
def unit(registry):
    return factories.make_unit(registry.near, name="北京云岫科技有限公司")


def accounts(unit) -> str:
    return f"/units/{unit.pk}/accounts/"


def new_account(**changed) -> dict:
    data = {"way": "new", "role": "unit_applicant", "name": "王雨桐", "phone": "13812341234", "username": ""}
    return data | changed


def errors(response, form: str = "new_form") -> dict[str, str]:
    return {field: " ".join(messages) for field, messages in response.context[form].errors.items()}


def test_a_new_account_has_a_one_time_link_and_no_password(registry, unit):
    client = signed_in(registry.handler)
    assert client.post(accounts(unit), new_account()).url == accounts(unit)
    person = Person.objects.get(username="wangyutong")
    assert not person.has_usable_password()
    post = person.posts.get()
    assert (post.role, post.unit, post.since) == ("unit_applicant", unit, today())
    assert can(person, Perm.APPLY_FOUNDING, unit, on=today())
    page = client.get(accounts(unit))
    link = page.context["handover"]["url"]
    assert link in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.get(event="account_opened")
    assert (entry.chain, entry.about) == (f"unit:{unit.pk}", f"person:{person.pk}")
    assert "王雨桐" not in str(entry.data)
    assert AuditPersonal.objects.get(entry=entry).data["username"] == "wangyutong"


def test_the_link_is_shown_once(registry, unit):
    client = signed_in(registry.handler)
    client.post(accounts(unit), new_account())
    assert client.get(accounts(unit)).context["handover"]
    assert client.get(accounts(unit)).context["handover"] is None


def test_the_link_is_not_shown_on_the_page_of_another_unit(registry, unit):
    client, other = signed_in(registry.handler), factories.make_unit(registry.near)
    client.post(accounts(unit), new_account())
    assert client.get(accounts(other)).context["handover"] is None


def test_the_person_sets_a_password_through_the_link_and_the_link_is_spent(registry, unit):
    client = signed_in(registry.handler)
    client.post(accounts(unit), new_account())
    link = client.get(accounts(unit)).context["handover"]["url"].replace("http://testserver", "")
    own = Client()
    form = own.get(link, follow=True)
    assert "new_password1" in form.content.decode()
    own.post(form.redirect_chain[-1][0], {"new_password1": GOOD, "new_password2": GOOD})
    assert own.login(username="wangyutong", password=GOOD)
    assert "链接已失效" in Client().get(link, follow=True).content.decode()
    page = own.get(f"/units/{unit.pk}/")
    assert page.status_code == 200


def test_a_username_may_be_chosen_and_is_never_given_twice(registry, unit):
    client = signed_in(registry.handler)
    client.post(accounts(unit), new_account(username="yxwang"))
    assert Person.objects.filter(username="yxwang").exists()
    page = client.post(accounts(unit), new_account(name="别人", username="YXWang", role="unit_leader"))
    assert page.status_code == 422
    assert "已被使用" in errors(page)["username"]
    assert 'value="别人"' in page.content.decode()
    assert not Person.objects.filter(name="别人").exists()


def test_people_of_one_name_get_different_usernames(registry, unit):
    client = signed_in(registry.handler)
    client.post(accounts(unit), new_account())
    client.post(accounts(unit), new_account(role="unit_leader"))
    assert Person.objects.filter(username="wangyutong2").exists()


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"role": ""}, "role", "请选择“角色”"),
        ({"role": "district_approver"}, "role", ""),
        ({"name": ""}, "name", "请填写“姓名”"),
        ({"phone": "12"}, "phone", "不像电话号码"),
        ({"username": "a b"}, "username", "3—40 个字母"),
    ],
)
def test_bad_input_is_named_at_its_field(registry, unit, changed, field, message):
    page = signed_in(registry.handler).post(accounts(unit), new_account(**changed))
    assert page.status_code == 422
    assert message in errors(page)[field]
    assert not Post.objects.filter(unit=unit).exists()


def test_somebody_known_gets_a_role_by_username_and_name(registry, unit):
    person = factories.PersonFactory(username="sunguodong", name="孙国栋")
    data = {"way": "existing", "role": "unit_leader", "username": "sunguodong", "name": "孙国栋"}
    assert signed_in(registry.handler).post(accounts(unit), data).status_code == 302
    assert can(person, Perm.GIVE_UNIT_OPINION, unit, on=today())
    person.refresh_from_db()
    assert person.has_usable_password()
    assert AuditEntry.objects.get(event="post_given").about == f"person:{person.pk}"


def test_a_username_alone_tells_nothing(registry, unit):
    factories.PersonFactory(username="sunguodong", name="孙国栋")
    client, answers = signed_in(registry.handler), []
    for username in ("sunguodong", "nobody"):
        data = {"way": "existing", "role": "unit_leader", "username": username, "name": "猜的"}
        answers.append(errors(client.post(accounts(unit), data), "existing_form"))
    assert answers[0] == answers[1]
    assert "没有用户名和姓名都相符的人员" in answers[0]["username"]


def test_nobody_gives_a_role_to_themselves(registry, unit):
    me = registry.handler
    data = {"way": "existing", "role": "unit_applicant", "username": me.username, "name": me.name}
    page = signed_in(me).post(accounts(unit), data)
    assert "不能给自己" in errors(page, "existing_form")["username"]


def test_applicant_and_leader_are_two_people(registry, unit):
    person = factories.make_person(Role.UNIT_APPLICANT, unit, "孙国栋")
    data = {"way": "existing", "role": "unit_leader", "username": person.username, "name": "孙国栋"}
    page = signed_in(registry.handler).post(accounts(unit), data)
    assert page.status_code == 422
    assert "请另选人员" in page.content.decode()


def test_a_post_ends_and_its_authority_with_it(registry, unit):
    person = factories.make_person(Role.UNIT_APPLICANT, unit)
    post = person.posts.get()
    url = f"{accounts(unit)}{post.pk}/end/"
    assert signed_in(registry.handler).post(url, {"until": str(today())}).status_code == 302
    post.refresh_from_db()
    assert post.until == today()
    assert not can(person, Perm.APPLY_FOUNDING, unit, on=today() + dt.timedelta(days=1))
    assert AuditEntry.objects.get(event="post_ended").data["until"] == str(today())
    again = signed_in(registry.handler).post(url, {"until": str(today())})
    assert again.status_code == 422
    assert "无需再办" in again.content.decode()


@pytest.mark.parametrize(
    ("days", "message"), [(1, "不能晚于今天"), (-9999, "不能早于任职起"), (None, "请填写“任职止”")]
)
def test_a_wrong_last_day_is_refused(registry, unit, days, message):
    post = factories.make_person(Role.UNIT_APPLICANT, unit).posts.get()
    until = "" if days is None else str(today() + dt.timedelta(days=days))
    page = signed_in(registry.handler).post(f"{accounts(unit)}{post.pk}/end/", {"until": until})
    assert page.status_code == 422
    assert message in page.content.decode()
    post.refresh_from_db()
    assert post.until is None


def test_whoever_forgot_gets_a_new_link_and_the_old_password_ends(registry, unit):
    person = factories.make_person(Role.UNIT_APPLICANT, unit)
    post, client = person.posts.get(), signed_in(registry.handler)
    assert client.post(f"{accounts(unit)}{post.pk}/link/").status_code == 302
    person.refresh_from_db()
    assert not person.has_usable_password()
    first = client.get(accounts(unit)).context["handover"]["url"]
    client.post(f"{accounts(unit)}{post.pk}/link/")
    second = client.get(accounts(unit)).context["handover"]["url"]
    path = first.replace("http://testserver", "")
    assert first != second
    assert "链接已失效" in Client().get(path, follow=True).content.decode()
    assert AuditEntry.objects.filter(event="link_issued", about=f"person:{person.pk}").count() == 2


def test_nobody_takes_over_the_account_of_somebody_with_more_authority(registry, unit):
    """A sub-district handler who appoints a district approver in a unit must not be able to reset that password."""
    boss = factories.make_person(Role.DISTRICT_APPROVER, registry.district, "区审批")
    post = appoint(boss, Role.UNIT_LEADER, unit, by=registry.handler, on=today())
    password, client = boss.password, signed_in(registry.handler)
    answer = client.post(f"{accounts(unit)}{post.pk}/link/")
    assert answer.status_code == 403
    assert "不能由您补发链接" in answer.content.decode()
    boss.refresh_from_db()
    assert boss.password == password
    page = client.get(accounts(unit)).content.decode()
    assert f"{accounts(unit)}{post.pk}/link/" not in page
    assert "不能由您补发链接" in page


def test_a_post_in_a_unit_of_another_street_counts_as_more_authority(registry, unit):
    person = factories.make_person(Role.UNIT_LEADER, factories.make_unit(registry.far))
    post = appoint(person, Role.UNIT_LEADER, unit, by=registry.handler, on=today())
    url = f"{accounts(unit)}{post.pk}/link/"
    assert signed_in(registry.handler).post(url).status_code == 403
    assert signed_in(registry.district_handler).post(url).status_code == 302


def test_a_post_that_ended_gets_no_link(registry, unit):
    post = factories.make_person(Role.UNIT_APPLICANT, unit).posts.get()
    Post.objects.update(until=today() - dt.timedelta(days=1))
    registry.handler.posts.update(until=None)
    client = signed_in(registry.handler)
    client.post(f"{accounts(unit)}{post.pk}/link/")
    page = client.get(accounts(unit))
    assert page.context["handover"] is None
    assert "不能补发链接" in page.content.decode()


def test_a_post_is_reached_through_its_own_unit_only(registry, unit):
    other = factories.make_unit(registry.far)
    post = factories.make_person(Role.UNIT_APPLICANT, other).posts.get()
    client = signed_in(registry.handler)
    assert client.post(f"{accounts(unit)}{post.pk}/link/").status_code == 404
    assert client.post(f"{accounts(unit)}{post.pk}/end/", {"until": str(today())}).status_code == 404


@pytest.mark.parametrize("who", ["far_handler", "approver", "instructor"])
def test_others_are_refused(registry, unit, who):
    post = factories.make_person(Role.UNIT_APPLICANT, unit).posts.get()
    client = signed_in(getattr(registry, who))
    assert client.get(accounts(unit)).status_code == 403
    assert client.post(accounts(unit), new_account()).status_code == 403
    assert client.post(f"{accounts(unit)}{post.pk}/link/").status_code == 403
    assert client.post(f"{accounts(unit)}{post.pk}/end/", {"until": str(today())}).status_code == 403
    assert Post.objects.filter(unit=unit, until=None).count() == 1


def test_the_unit_does_not_give_accounts_to_itself(registry, unit):
    client = signed_in(factories.make_person(Role.UNIT_LEADER, unit))
    assert client.get(accounts(unit)).status_code == 403
    assert client.post(accounts(unit), new_account()).status_code == 403


def test_strangers_sign_in_first(registry, unit):
    assert signed_in(None).get(accounts(unit)).status_code == 302
    assert signed_in(None).post(accounts(unit), new_account()).status_code == 302


def test_statements_do_not_grow_with_rows(registry, unit):
    client = signed_in(registry.handler)
    factories.make_person(Role.UNIT_APPLICANT, unit)
    one = statements(client, accounts(unit))
    factories.make_person(Role.UNIT_APPLICANT, unit)
    factories.make_person(Role.UNIT_LEADER, unit)
    assert statements(client, accounts(unit)) == one <= 12
