"""What was said, voted and decided is only ever added."""

from django.db import migrations

from records.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial"), ("records", "0003_notice_preferences")]

    operations = [
        AppendOnly("awards_quotaadjustment"),
        AppendOnly("awards_nominationevent"),
        AppendOnly("awards_nominationsnapshot"),
        AppendOnly("awards_conflictdeclaration"),
        AppendOnly("awards_ballotroll"),
        AppendOnly("awards_slip"),
        AppendOnly("awards_tiedecision"),
    ]
