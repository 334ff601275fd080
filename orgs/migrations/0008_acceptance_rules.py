"""Facts and snapshots are only ever added; a running district gets the rules, and its posts the permissions."""

import json

from django.conf import settings
from django.db import migrations

from records.append_only import AppendOnly

GAINED = {
    "publish_standard": ["district_handler"],
    "draw_sample": ["district_handler"],
    "revoke_acceptance": ["district_approver"],
    "decide_appeals": ["district_leader"],
}
SUBJECTS = {"acceptance": "rule_sets.json", "six_haves": "six_haves_standard.json"}


def add_rules(apps, schema_editor):
    RuleSet = apps.get_model("orgs", "RuleSet")
    if not RuleSet.objects.exists():
        return  # a new district loads them with all others
    for subject, name in SUBJECTS.items():
        entries = json.loads((settings.BASE_DIR / "fixtures" / name).read_text(encoding="utf-8"))
        if not RuleSet.objects.filter(subject=subject).exists():
            RuleSet.objects.bulk_create(RuleSet(**one) for one in entries if one["subject"] == subject)


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
    dependencies = [("orgs", "0007_acceptance"), ("records", "0003_notice_preferences")]

    operations = [
        AppendOnly("orgs_inspectionfact"),
        AppendOnly("orgs_acceptancesnapshot"),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(grant, withdraw),
    ]
