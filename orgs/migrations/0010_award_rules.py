"""A running district gets the rules of awards, and its posts the permissions that their roles gained."""

import json

from django.conf import settings
from django.db import migrations

GAINED = {"manage_awards": ["district_handler"], "decide_awards": ["district_approver"]}


def add_rules(apps, schema_editor):
    RuleSet = apps.get_model("orgs", "RuleSet")
    if not RuleSet.objects.exists() or RuleSet.objects.filter(subject="awards").exists():
        return  # a new district loads them with all others
    entries = json.loads((settings.BASE_DIR / "fixtures" / "award_rules.json").read_text(encoding="utf-8"))
    RuleSet.objects.bulk_create(RuleSet(**one) for one in entries)


def grant(apps, schema_editor):
    Post, Row = apps.get_model("orgs", "Post"), apps.get_model("orgs", "OrganizationPermission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for codename, roles in GAINED.items():
        posts = Post.objects.filter(role__in=roles, until=None, organization__isnull=False)
        if not posts.exists():
            continue
        kind, _ = ContentType.objects.get_or_create(app_label="orgs", model="organization")
        permission, _ = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": codename}
        )
        for post in posts.iterator():
            Row.objects.get_or_create(
                user_id=post.person_id, permission=permission, content_object_id=post.organization_id
            )


def withdraw(apps, schema_editor):
    rows = apps.get_model("orgs", "OrganizationPermission").objects
    rows.filter(permission__codename__in=GAINED).delete()


class Migration(migrations.Migration):
    dependencies = [("orgs", "0009_award_roles")]

    operations = [
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(grant, withdraw),
    ]
