"""A district that runs already gets the rules of handling; a new one loads them with all others."""

from django.db import migrations

RULES = {'subject': 'handling',
 'name': 'handling-2014',
 'valid_from': '2014-01-01',
 'data': {'reminder_working_days': [5, 2, 0],
          'reminder_hour': 8,
          'escalate': True,
          'escalation_working_days': 1,
          'escalates_to': {'unit': 'subdistrict_handler',
                           'subdistrict': 'district_handler',
                           'district': 'district_leader'},
          'cosign_working_days': 3,
          'bulk_limit': 200,
          'max_delegation_days': 60,
          'digest_hour': 8},
 'sources': {'reminder_working_days': '[D]：沿用 RULES 10 P5 台账的 T−5/−2/0，用于各流程',
             'reminder_hour': '[D]：工作日几时（北京时间）起提醒和上报',
             'escalate': 'RULES 6 [D]：逾期上报上一级，只督促，决不视为同意',
             'escalation_working_days': '[D]：时限届满后第 1 个工作日上报',
             'escalates_to': '[D]：按环节所在层级报上一级；区直接联系的单位报区级',
             'cosign_working_days': '[D]：各来源和 RULES 均无规定，到期只催办',
             'bulk_limit': '[D]：一次批量办理的事项上限',
             'max_delegation_days': '[D]：一次委托最多的自然日，较长的缺岗应另行任职',
             'digest_hour': '[D]：每日汇总邮件的发送时刻（北京时间）'}}


def add(apps, schema_editor):
    RuleSet = apps.get_model("orgs", "RuleSet")
    if RuleSet.objects.exists() and not RuleSet.objects.filter(subject="handling").exists():
        RuleSet.objects.create(**RULES)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0005_new_permissions")]

    # Rule sets are only ever added; what was frozen into cases meanwhile needs it.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
