"""What the fields and lists of a request are called."""

from django.utils.translation import gettext as _

from orgs.models import Founding


def labels_of(names: list[str]) -> list[str]:
    """Labels of fields and lists, in the order given."""
    lists = {
        "roster": _("团员花名册"),
        "proposed_officers": _("拟任班子人选"),
        "covered_units": _("覆盖单位"),
        "files": _("申请材料"),
    }
    return [str(lists.get(name) or Founding._meta.get_field(name).verbose_name) for name in names]
