"""Milestones, versions, snapshots and rule sets are only ever added."""

from django.db import migrations

from records.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_initial"), ("records", "0002_append_only")]

    operations = [
        AppendOnly("orgs_milestone"),
        AppendOnly("orgs_unitversion"),
        AppendOnly("orgs_foundingsnapshot"),
        AppendOnly("orgs_ruleset"),
    ]
