"""Posts that run already get the permissions that their roles gained."""

from django.db import migrations

GAINED = {
    "manage_calendar": ["district_handler"],
    "manage_webhooks": ["security_admin"],
    "share_desk": [
        "subdistrict_handler",
        "subdistrict_approver",
        "district_handler",
        "district_approver",
    ],
}


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
    dependencies = [
        ("orgs", "0004_delegation_webhook"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, withdraw)]
