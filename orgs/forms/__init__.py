"""The forms of the registry pages."""

from .accounts import EndPostForm, ExistingPersonForm, NewAccountForm, RevealForm
from .lists import FilterForm, OrganizationFilterForm, UnitFilterForm
from .seals import SealForm, WithdrawSealForm
from .units import UnitForm

__all__ = [
    "EndPostForm",
    "ExistingPersonForm",
    "FilterForm",
    "NewAccountForm",
    "OrganizationFilterForm",
    "RevealForm",
    "SealForm",
    "UnitFilterForm",
    "UnitForm",
    "WithdrawSealForm",
]
