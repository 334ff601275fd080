"""Files in the forms of a unit: checked and stored as soon as they arrive, each at its place."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from orgs.models import Person
from records.models import StoredFile
from records.uploads import UploadRefused

from .fields import Files


@dataclass(frozen=True)
class Slot:
    """A place of a form where files are kept: the field that takes them, what they are about and what for."""

    name: str
    about: Model
    purpose: Any


@dataclass(frozen=True)
class Cabinet:
    """The actions of a flow on its files.

    ``keep(about, file, *, purpose, by, at)`` stores one and raises UploadRefused; ``drop(artifact, file_id)`` takes one
    back, False when it may not be; ``every(artifact)`` and ``loose(artifact)`` are all files, oldest first, and those
    that nothing submitted carries yet.
    """

    keep: Callable[..., StoredFile]
    drop: Callable[[Any, int], bool]
    every: Callable[[Any], QuerySet[StoredFile]]
    loose: Callable[[Any], QuerySet[StoredFile]]


class FilesForm(forms.Form):
    """The half of a :class:`workflows.unit_form.UnitForm` that keeps files, whatever else is wrong; ``purposes`` names
    the kinds of files about the artifact with their labels."""

    cabinet: Cabinet
    purposes: dict[str, Any] = {}

    def __init__(
        self, data: Any, files: Any, *, artifact: Any, by: Person, at: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.artifact, self.by, self.at = artifact, by, at
        self.slots: dict[str, Slot] = {}
        self.upload_errors: dict[str, list[str]] = {}
        #: What was done already, for the box at the top.
        self.said: list[str] = []
        for purpose, label in self.purposes.items():
            self.add_slot(f"file_{purpose}", label, artifact, purpose)

    def add_slot(self, name: str, label: Any, about: Model, purpose: Any, **more: Any) -> None:
        """Add the field ``name`` for files about an object; ``more`` goes to the field."""
        self.fields[name] = Files(label=label, **more)
        self.slots[name] = Slot(name, about, purpose)

    def take_files(self) -> None:
        """Store what was chosen and can be stored; the rest is reported at its field."""
        for slot in self.slots.values():
            for file in self.files.getlist(slot.name) if self.files else ():
                self.store(slot, file)

    def store(self, slot: Slot, file: Any) -> StoredFile | None:
        try:
            kept = self.cabinet.keep(slot.about, file, purpose=slot.purpose, by=self.by, at=self.at)
        except UploadRefused as refused:
            self.upload_errors.setdefault(slot.name, []).append(str(refused))
            return None
        self.said.append(_("已保存文件“%(name)s”。") % {"name": file.name})
        return kept

    def remove(self, file_id: str) -> None:
        if file_id.isdigit() and self.cabinet.drop(self.artifact, int(file_id)):
            self.said.append(_("已删除文件。"))

    @cached_property
    def stored(self) -> dict[tuple[str, int], list[tuple[StoredFile, bool]]]:
        """The files by purpose and by what they are about, each with whether it may still be taken back; read once,
        after what was sent has been stored and removed."""
        removable = set(self.cabinet.loose(self.artifact).values_list("pk", flat=True))
        found: dict[tuple[str, int], list[tuple[StoredFile, bool]]] = {}
        for file in self.cabinet.every(self.artifact):
            rows = found.setdefault((file.purpose, file.about_id or 0), [])
            rows.append((file, file.pk in removable))
        return found

    def forget_stored(self) -> None:
        """Read the files again; for after the transaction in which some were stored was undone."""
        self.__dict__.pop("stored", None)

    def file_group(self, name: str) -> dict[str, Any]:
        """One place for files as its page shows it: its ``field``, its ``name``, its ``files`` as in :attr:`stored`."""
        slot = self.slots[name]
        files = self.stored.get((slot.purpose, slot.about.pk), [])
        return {"field": self[name], "name": name, "files": files}

    @property
    def file_groups(self) -> list[dict[str, Any]]:
        """All places for files, in the order of the form."""
        return [self.file_group(name) for name in self.slots]

    def has_file(self, name: str) -> bool:
        return bool(self.file_group(name)["files"])

    def complain_of_files(self) -> None:
        for name, problems in self.upload_errors.items():
            for problem in problems:
                self.add_error(name, problem)
