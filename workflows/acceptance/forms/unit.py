"""What the unit's forms about its acceptance share: where files are kept, and the standard."""

from collections.abc import Iterator
from typing import Any

from orgs.actions.acceptance import drop_file, files_about, keep_file, open_files
from orgs.models import Acceptance, AcceptanceItem
from orgs.rules.acceptance import items_of

from ...unit_files import Cabinet
from ...unit_form import UnitForm


class AcceptanceForm(UnitForm):
    """A form of the unit about its acceptance, which has a row for each item of its frozen standard."""

    cabinet = Cabinet(keep=keep_file, drop=drop_file, every=files_about, loose=open_files)
    artifact: Acceptance

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.standard = self.acceptance.standard.data
        self.rows = {item.code: item for item in self.acceptance.items.all()}

    @property
    def acceptance(self) -> Acceptance:
        return self.artifact

    def standard_items(self) -> Iterator[tuple[dict[str, Any], AcceptanceItem]]:
        """Each item of the frozen standard with its row, in their order."""
        for item in items_of(self.standard):
            yield item, self.rows[item["code"]]
