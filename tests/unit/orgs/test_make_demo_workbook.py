"""The demo register: plausible, invented, the same bytes each time, with exactly the faults it promises."""

import io
from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command

from orgs.management.commands.make_demo_workbook import FAULTS, POSITION, Command, demo_rows, demo_workbook
from orgs.rules.duplicates import SAME_CODE, SAME_NAME, UnitIdentity, duplicate_pairs
from orgs.rules.reference import FIXTURES, streets
from orgs.rules.survey_columns import find_header
from orgs.rules.survey_import import parse_row
from records.workbooks import read_sheet

FILE = FIXTURES / "demo_baseline_register.xlsx"


@pytest.fixture(scope="module")
def parsed():
    with FILE.open("rb") as file:
        rows = read_sheet(file, max_rows=1_000, columns=30)
    header = find_header([(row.number, row.cells) for row in rows])
    assert header is not None
    assert header.missing == header.ignored == ()
    known = {street["name"]: number for number, street in enumerate(streets(), start=1)}
    return {
        row.number: parse_row(header.raw(row.cells), subdistricts=known, on=date(2026, 1, 1))
        for row in rows
        if row.number > header.row
    }


def test_the_committed_file_is_what_the_command_writes(tmp_path):
    call_command(Command(), to=tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == FILE.read_bytes() == demo_workbook()


def test_300_units_over_all_29_places(parsed):
    assert len(parsed) == 300
    assert {row.values["location_id"] for row in parsed.values()} - {None} == set(range(1, 30))


def test_the_import_finds_the_deliberate_faults_and_no_other(parsed):
    errors = Counter(problem.column for row in parsed.values() for problem in row.errors)
    assert errors == {"employees": 1, "subdistrict": 1, "above_scale_on": 1}
    assert sum(not row.number_ok for row in parsed.values()) == 3
    units = [
        UnitIdentity(key, row.values["name"], row.values["number"], row.values["address"])
        for key, row in parsed.items()
    ]
    reasons = Counter(reason for pair in duplicate_pairs(units) for reason in pair.reasons)
    assert reasons == {SAME_CODE: 2, SAME_NAME: 2}
    assert len(FAULTS) == 10


def test_shares_are_plausible_for_haidian(parsed):
    rows = list(parsed.values())
    social = sum(row.values["kind"] == "social_organization" for row in rows)
    software = Counter(row.values["section"] for row in rows if row.values["location_id"] in (10, 21))
    assert 0.08 <= social / len(rows) <= 0.16
    assert software.most_common(1)[0][0] == "I"
    assert Counter(row.values["number_kind"] for row in rows)["credit_code"] > 240
    assert sum(row.values["above_scale"] for row in rows) > 30


def test_telephone_numbers_and_codes_are_of_unassigned_ranges():
    for row in demo_rows():
        assert row[POSITION["contact_phone"]].startswith("010-5555")
        number = row[POSITION["number"]]
        assert "XNLY" in number or number.startswith("1101089000")


def test_names_are_unique_but_for_the_deliberate_ones():
    names = [row[POSITION["name"]] for row in demo_rows()]
    assert len(set(names)) == 300


def test_the_workbook_declares_that_everything_is_invented():
    first = read_sheet(io.BytesIO(demo_workbook()), max_rows=1_000, columns=3)[0]
    assert "虚构" in str(first.cells[0])
