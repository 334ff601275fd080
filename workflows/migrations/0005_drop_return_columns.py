"""The columns that the stack of returns replaced."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0004_return_stacks")]

    operations = [
        migrations.RemoveField(model_name="case", name="days_left_when_returned"),
        migrations.RemoveField(model_name="case", name="return_node"),
        migrations.RemoveField(model_name="case", name="returned_by"),
    ]
