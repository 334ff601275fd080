"""Decisions are only ever added."""

from django.db import migrations

from records.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial"), ("records", "0002_append_only")]

    operations = [AppendOnly("workflows_decision")]
