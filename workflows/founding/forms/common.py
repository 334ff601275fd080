"""What the forms about a founding share: where its files are kept."""

from orgs.actions.founding import attach_file, attached_files, removable_files, remove_file
from orgs.models import Founding

from ...unit_files import Cabinet
from ...unit_form import UnitForm


class FoundingForm(UnitForm):
    """A form of a founding case."""

    cabinet = Cabinet(keep=attach_file, drop=remove_file, every=attached_files, loose=removable_files)
    artifact: Founding

    @property
    def founding(self) -> Founding:
        return self.artifact
