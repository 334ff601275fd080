"""Open returns move from three columns into the stack; and the record of handling tools is only ever added to."""

from django.db import migrations

from records.append_only import AppendOnly


def stack(apps, schema_editor):
    cases = apps.get_model("workflows", "Case").objects.exclude(return_node="")
    for case in cases.iterator():
        draft = "correct_result" if "result" in case.return_node else "correct_request"
        back_to = draft if case.flow_class.__name__ == "FoundingFlow" else case.stage
        case.return_stack = [
            {
                "node": case.return_node,
                "by": case.returned_by_id,
                "days_left": case.days_left_when_returned,
                "to": back_to,
            }
        ]
        case.save(update_fields=["return_stack"])


def unstack(apps, schema_editor):
    cases = apps.get_model("workflows", "Case").objects.exclude(return_stack=[])
    for case in cases.iterator():
        top = case.return_stack[-1]
        case.return_node, case.returned_by_id = top["node"], top["by"]
        case.days_left_when_returned = top["days_left"]
        case.save(update_fields=["return_node", "returned_by", "days_left_when_returned"])


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_handling")]

    operations = [migrations.RunPython(stack, unstack), AppendOnly("workflows_caseevent")]
