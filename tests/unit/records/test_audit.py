"""The audit log proves itself: whatever is changed afterwards is found, and where."""

import datetime as dt
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from records import audit
from records.models import AuditChain, AuditEntry, AuditPersonal, LogHead
from tests.forging import rehash, without_guards

AT = dt.datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 24)
CHECKER = Path(__file__).parents[3] / "bin" / "verify_log_export"
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def log(db):
    """Three chains of five entries, signed."""
    for chain in ("unit:1", "unit:2", "unit:10"):
        grow(chain, 5)
    audit.sign_head(day=DAY, at=AT)


def grow(chain: str, count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            audit.record(
                "noted",
                by_id=7,
                about="case:1",
                chain=chain,
                at=AT,
                number=number,
                text="同意“设立”\n",
                none=None,
            )


def breaks() -> list[str]:
    return [str(one) for one in audit.check_log().breaks]


def rewrite(chain: str, sequence: int, /, **fields) -> None:
    AuditEntry.objects.filter(chain=chain, sequence=sequence).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(AssertionError):
        audit.record("noted", by_id=1, about="case:1", chain="unit:1", at=AT)


def test_a_fraction_is_refused_because_databases_spell_it_differently(db):
    with pytest.raises(TypeError, match="as text"):
        audit.record("noted", by_id=1, about="case:1", chain="unit:1", at=AT, figures=[{"share": 0.5}])


def test_an_untouched_log_holds(log):
    summary = audit.check_log()
    assert summary.breaks == []
    assert (summary.entries, summary.chains, summary.heads) == (15, 3, 1)


def test_the_hash_of_an_entry_is_the_same_on_every_database(db):
    """Fixed values, so that SQLite and PostgreSQL are compared with each other by way of this file."""
    grow("unit:1", 1)
    entry = AuditEntry.objects.get()
    assert audit.moment(entry.at) == "2026-11-24T09:00:00.123456+00:00"
    assert entry.hash == "f2cba05ed039b815b45898c6c29c3cee4cdf38d8dd12bd2b5ac0b0817f1f280b"


def test_personal_data_can_be_erased_without_breaking_the_chain(log):
    with transaction.atomic():
        entry = audit.record(
            "noted", by_id=7, about="case:1", chain="unit:1", at=AT, personal={"name": "张三"}
        )
    kept = AuditPersonal.objects.get(entry=entry)
    assert entry.commitment == audit.digest(kept.salt + audit.canonical({"name": "张三"}))
    kept.delete()
    assert breaks() == []


FORGERIES = {
    "an event": lambda: rewrite("unit:2", 3, event="denied"),
    "a person": lambda: rewrite("unit:2", 3, by_id=8),
    "a moment": lambda: rewrite("unit:2", 3, at=AT + dt.timedelta(microseconds=1)),
    "the data": lambda: rewrite("unit:2", 3, data={"number": 2}),
    "a subject": lambda: rewrite("unit:2", 3, about="case:2"),
    "a commitment": lambda: rewrite("unit:2", 3, commitment="0" * 64),
    "a hash": lambda: rewrite("unit:2", 3, hash="0" * 64),
    "a link": lambda: rewrite("unit:2", 3, previous="0" * 64),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_change_is_found_at_its_place(log, what):
    with without_guards():
        FORGERIES[what]()
    assert breaks()[0].startswith("unit:2 #3：")


def test_a_removed_entry_is_found_where_it_is_missing(log):
    with without_guards():
        AuditEntry.objects.filter(chain="unit:2", sequence=3).delete()
    assert breaks()[0].startswith("unit:2 #4：")


def test_an_inserted_entry_is_found(log):
    with without_guards():
        entry = AuditEntry.objects.get(chain="unit:2", sequence=5)
        entry.pk, entry.sequence, entry.previous = None, 6, entry.hash
        entry.save()
    assert any(one.startswith("unit:2 #6：") for one in breaks())


def test_an_entry_moved_to_another_chain_is_found(log):
    with without_guards():
        rewrite("unit:2", 5, chain="unit:1", sequence=6)
    found = breaks()
    assert any(one.startswith("unit:1 #6：") for one in found)
    assert any(one.startswith("unit:2 #5：") for one in found)


def test_a_truncated_tail_is_found_even_before_it_is_signed(log):
    grow("unit:2", 2)
    with without_guards():
        AuditEntry.objects.filter(chain="unit:2", sequence__gt=5).delete()
    assert [one.split("：")[0] for one in breaks()] == ["unit:2 #6"]


def test_a_truncated_tail_with_its_head_moved_back_is_found_by_the_signed_head(log):
    with without_guards():
        AuditEntry.objects.filter(chain="unit:2", sequence__gt=3).delete()
        rehash("unit:2")
    (found,) = breaks()
    assert found.startswith("unit:2 #4：2026-11-24 签署时有 5 条，现有 3 条")


def test_a_whole_chain_removed_is_found_by_the_signed_head(log):
    with without_guards():
        AuditEntry.objects.filter(chain="unit:2").delete()
        AuditChain.objects.filter(pk="unit:2").delete()
    (found,) = breaks()
    assert found.startswith("unit:2 #1：")


def test_a_rehashed_chain_is_found_by_the_signed_head_and_by_nothing_else(log):
    with without_guards():
        rewrite("unit:2", 2, by_id=8)
        rehash("unit:2")
    (found,) = breaks()
    assert found.startswith("unit:2 #5：与 2026-11-24 签署的链首不符")


def test_a_rehashed_chain_with_its_leaf_rewritten_is_found_by_the_root(log):
    with without_guards():
        rewrite("unit:2", 2, by_id=8)
        rehash("unit:2")
        head = LogHead.objects.get()
        forged = AuditChain.objects.get(pk="unit:2").head
        head.leaves = [
            [key, length, forged if key == "unit:2" else last] for key, length, last in head.leaves
        ]
        head.save()
    assert any("不一致" in one for one in breaks())
    next((own_heads()).glob("*.jsonl")).unlink()
    assert any("与签署的根不符" in one for one in breaks())


def own_heads() -> Path:
    from records.audit.heads import heads_folder

    return heads_folder()


def test_a_head_signed_with_another_key_is_found(log):
    from records.audit.heads import key_path

    key_path().unlink()
    audit.sign_head(day=DAY + ONE_DAY, at=AT + ONE_DAY)
    assert ["签名无效" in one for one in breaks()] == [True]


def test_a_head_removed_from_the_database_is_found_by_the_file(log):
    grow("unit:1", 1)
    audit.sign_head(day=DAY + ONE_DAY, at=AT + ONE_DAY)
    with without_guards():
        LogHead.objects.filter(day=DAY + ONE_DAY).delete()
    (found,) = breaks()
    assert found.startswith("2026-11-25 链首：库外文件中有，数据库中没有")


def test_a_head_removed_from_database_and_file_is_found_by_the_next_one(log):
    for days in (1, 2):
        grow("unit:1", 1)
        audit.sign_head(day=DAY + days * ONE_DAY, at=AT + days * ONE_DAY)
    with without_guards():
        LogHead.objects.filter(day=DAY + ONE_DAY).delete()
    path = own_heads() / "2026.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[2]]), encoding="utf-8")
    assert any(one.startswith("2026-11-26 链首：与前一链首不相接") for one in breaks())


def test_a_damaged_file_of_heads_is_reported_with_its_line(log):
    with (own_heads() / "2026.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    assert breaks()[0].startswith("2026.jsonl:2")


def test_a_head_stores_only_what_changed_since_the_head_before(log):
    grow("unit:1", 1)
    head = audit.sign_head(day=DAY + ONE_DAY, at=AT + ONE_DAY)
    assert [leaf[:2] for leaf in head.leaves] == [["unit:1", 6]]
    assert (head.chains, head.entries) == (3, 16)
    assert breaks() == []


def test_a_day_has_one_head(log):
    assert not audit.head_due(DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.sign_head(day=DAY, at=AT)


def test_a_head_that_was_stored_but_not_published_is_published_by_the_next_call(log):
    (own_heads() / "2026.jsonl").unlink()
    assert audit.publish_heads() == 1
    assert audit.publish_heads() == 0
    line = json.loads((own_heads() / "2026.jsonl").read_text(encoding="utf-8"))
    assert line["signature"] == LogHead.objects.get().signature


def test_the_key_is_readable_by_the_application_alone(log, tmp_path):
    path = tmp_path / "log_signing_key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.glob("log_signing_key*")] == [path.name]


def test_the_merkle_root_tells_leaf_from_node():
    first, second = audit.merkle_root(["a"]), audit.merkle_root(["a", "b"])
    assert first != second
    assert audit.merkle_root([first, second]) != second
    assert audit.merkle_root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_command_exits_1_with_the_place(log, capsys):
    call_command("verify_log")
    assert "审计日志完整" in capsys.readouterr().out
    with without_guards():
        rewrite("unit:2", 3, event="denied")
    with pytest.raises(CommandError, match="unit:2 #3") as caught:
        call_command("verify_log")
    assert caught.value.returncode == 1


def checked(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(CHECKER), str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_export_is_checked_elsewhere_with_the_key_alone(log, tmp_path):
    path = tmp_path / "log.jsonl"
    call_command("verify_log", export=path)
    assert "同意" in path.read_text(encoding="utf-8")
    result = checked(path, "--key", audit.public_key(), "--heads", str(tmp_path / "heads" / "2026.jsonl"))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("15 entries in 3 chains and 1 signed heads hold.")


@pytest.mark.parametrize(
    ("forge", "place"),
    [
        (
            lambda lines: [
                line.replace('"case:1"', '"case:2"') if '"unit:2",3' in line else line for line in lines
            ],
            "unit:2 #3",
        ),
        (lambda lines: [line for line in lines if '"unit:2",3' not in line], "unit:2 #4"),
        (lambda lines: lines[:-1], "end of file"),
        (lambda lines: [line for line in lines if '"unit:2"' not in line or "head" in line], "unit:2 #1"),
        (
            lambda lines: [line.replace('"entries":15', '"entries":14') for line in lines],
            "head of 2026-11-24",
        ),
    ],
    ids=["changed", "removed", "cut", "chain removed", "head changed"],
)
def test_a_forged_export_is_found_elsewhere(log, tmp_path, forge, place):
    path = tmp_path / "log.jsonl"
    audit.export_log(path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(forge(lines)), encoding="utf-8")
    result = checked(path, "--key", audit.public_key())
    assert result.returncode == 1
    assert place in result.stderr


def test_an_export_signed_by_somebody_else_is_found_elsewhere(log, tmp_path):
    path = tmp_path / "log.jsonl"
    audit.export_log(path)
    result = checked(path, "--key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert result.returncode == 1
    assert "signature" in result.stderr


def test_what_is_no_export_is_refused_without_a_traceback(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("something else", encoding="utf-8")
    result = checked(path)
    assert result.returncode == 1
    assert "not an export" in result.stderr
    assert "Traceback" not in result.stderr
