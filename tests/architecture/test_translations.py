"""The English translation is complete and current, and no page has Chinese text that cannot be translated.

`bin/messages` brings the translation up to date.
"""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
APPS = sorted(p.parent.name for p in ROOT.glob("*/__init__.py") if p.parent.name not in {"bench", "tests"})

PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|(?<!%)%[a-zA-Z%]|\{\w*\}|</?\w[^>]*>")
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uffee]+")
HAN = re.compile(r"[\u3400-\u9fff]")

# -- the catalogue ------------------------------------------------------------------------------------------------

Key = tuple[str, str, str]


def key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def sides(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each source text with its translation."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [
        (entry.msgid if form == 0 else entry.msgid_plural, text)
        for form, text in sorted(entry.msgstr_plural.items())
    ]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_catalogue_has_every_message_of_the_code_and_no_other(
    catalogue: polib.POFile, tmp_path: Path
) -> None:
    for name in [*APPS, "templates"]:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "locale").mkdir()
    # Alone in its folder and without settings, the command reads nothing but these files.
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--no-wrap"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin"})
    extracted = {key(entry) for entry in polib.pofile(str(tmp_path / CATALOGUE.relative_to(ROOT)))}
    committed = {key(entry) for entry in catalogue}
    assert extracted - committed == set(), "new texts: run bin/messages"
    assert committed - extracted == set(), "texts that are gone: run bin/messages"
    assert catalogue.obsolete_entries() == []


def test_every_message_is_translated(catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Language"] == "en"
    assert catalogue.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not entry.translated()] == []


def test_placeholders_and_tags_are_the_same_on_both_sides(catalogue: polib.POFile) -> None:
    different = [
        (source, text)
        for entry in catalogue
        for source, text in sides(entry)
        if set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(text))
    ]
    assert different == []


def test_compiled_catalogue_is_that_of_the_source(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {key(entry): sides(entry) for entry in compiled} == {
        key(entry): sides(entry) for entry in catalogue
    }


# -- templates ----------------------------------------------------------------------------------------------------

QUOTED = r"""(?:"[^"]*"|'[^']*')"""
TRANSLATED = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->"
    r"|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    rf"|{{%\s*trans(?:late)?\s+{QUOTED}.*?%}}|\b_\({QUOTED}\)"
    # the columns of a ledger have Chinese names: {{ ledger.data.书记 }}
    r"|{{[\w\s.]+}}",
    re.DOTALL,
)
TEMPLATES = sorted(
    p
    for pattern in ("*.html", "*.svg", "*.txt")
    for p in (ROOT / "templates").rglob(pattern)
    if not p.is_relative_to(ROOT / "templates" / "documents")
)
CHINESE_IN_TEMPLATES = {
    "templates/500.html": "shown when nothing works, the translation neither; it says everything in both languages",
    "templates/inspections/app.html": "kept on the phone for both languages until the app has begun",
    "templates/workflows/nomination/own_notice_text.html": "a notice to be put up, Chinese in every language",
    "templates/components/language.html": "the button to Chinese is labelled in Chinese",
}


def bare_chinese(template: str) -> list[str]:
    """Chinese text, punctuation included, outside of translation tags and comments."""
    return CHINESE.findall(TRANSLATED.sub("", template))


@pytest.mark.parametrize(
    ("template", "found"),
    [
        pytest.param("<p>共 3 家</p>", ["共", "家"], id="text"),
        pytest.param('<a title="查看">', ["查看"], id="attribute"),
        pytest.param("{{ name }}：{{ value }}", ["："], id="punctuation"),
        pytest.param("""{{ names|join:"、" }}""", ["、"], id="argument of a filter"),
        pytest.param("""{{ names|join:_("、") }}""", [], id="translated argument of a filter"),
        pytest.param("""<a title="{% translate "查看" %}">""", [], id="translated"),
        pytest.param(
            """{% translate '查看' as label %}{{ label }}""", [], id="translated with single quotes"
        ),
        pytest.param("{% blocktranslate %}共 {{ n }} 家{% endblocktranslate %}", [], id="translated block"),
        pytest.param("{% comment %}底本{% endcomment %}{# 底本 #}<!-- 底本 -->", [], id="comments"),
        pytest.param("{{ ledger.data.书记 }}", [], id="name of a ledger column"),
    ],
)
def test_scanner_finds_chinese_text_in_a_template(template: str, found: list[str]) -> None:
    assert bare_chinese(template) == found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_template_has_no_text_outside_of_translation(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() not in CHINESE_IN_TEMPLATES:
        assert bare_chinese(path.read_text(encoding="utf-8")) == []


# -- Python -------------------------------------------------------------------------------------------------------

GETTEXT = re.compile(r"_|(?:n|p|np)?gettext(?:_lazy|_noop)?")
# Modules whose Chinese is no text of a page, each with what it is.
CHINESE_IN_MODULES = {
    "*/migrations/*": "names in the database",
    "awards/actions/awarding.py": "what is printed in decisions and certificates",
    "awards/actions/revoking.py": "what is printed in revocations",
    "awards/actions/vetting.py": "what is printed in letters",
    "awards/forms/awarding.py": "the usual words of a decision",
    "awards/call_letter.py": "what is printed in letters",
    "awards/exports.py": "columns of workbooks",
    "awards/minutes.py": "what is printed in minutes",
    "awards/notice_letter.py": "what is printed in letters",
    "config/settings.py": "the name of the Chinese language",
    "orgs/acceptance_exports.py": "columns of workbooks",
    "orgs/acceptance_report.py": "what is printed in reports",
    "orgs/actions/district.py": "names of organizations",
    "orgs/actions/founding/*": "ledger columns, and what is printed in requests, reports and replies",
    "orgs/actions/register_matching.py": "names of organizations",
    "orgs/exports.py": "columns of workbooks",
    "orgs/imports.py": "columns and examples of workbooks",
    "orgs/management/commands/make_demo_workbook.py": "demo",
    "orgs/models/*": "names of permissions in the database",
    "orgs/report_visits.py": "what is printed in reports",
    "orgs/rules/demo_register.py": "demo",
    "orgs/rules/names.py": "parts of Chinese names and addresses",
    "orgs/rules/standard_sheet.py": "columns and words of workbooks",
    "orgs/rules/survey_*.py": "columns and words of workbooks",
    "records/documents/*": "documents, and what the operator of the signing keys reads",
    "records/workbook_writer.py": "fonts of workbooks",
    "workflows/demo*": "demo",
    "workflows/founding/roster.py": "columns and words of workbooks",
    "workflows/survey/importing.py": "the file name of the demo register",
}
# Single texts elsewhere.
CHINESE_TEXTS = {
    "workflows/fields.py": {"%Y年%m月%d日"},  # a date as people type it
    "workflows/founding/views.py": {"团员花名册模板.xlsx", "-草稿.pdf"},  # files with Chinese content
    "records/calendars.py": {"暂按"},  # what the source of a provisional day begins with
    "workflows/decisions.py": {"（代", "）"},  # the name signed under a decision, kept as it was signed
    "orgs/actions/acceptance/announcing.py": {"上午", "下午", "时", "分"},  # the hour on the official notice
    "orgs/rules/acceptance.py": {"；"},  # findings kept in the record of the case
    "orgs/rules/inspection_words.py": {"零一二三四五"},  # the grade on certificates
    "orgs/views/inspection_texts.py": {"中文"},  # the name of the other language
    "workflows/acceptance/sheet.py": {"、", "；"},  # the decision sheet is Chinese in every language
    "workflows/founding/sheet.py": {"、", "：", "；"},  # the decision sheet is Chinese in every language
    "workflows/nomination/views/awarding.py": {"同意表彰。", "制发荣誉证书。"},  # opinions kept in the record
    "workflows/nomination/views/concluding.py": {  # opinions kept in the record of the case
        "评审委员会投票通过，入选。",
        "评审委员会投票通过，名额已满，列为候补。",
        "经评审委员会投票，未入选。",
    },
    "workflows/nomination/sheet.py": {"；"},  # the decision sheet is Chinese in every language
    "workflows/handling.py": {"、"},  # names kept in the record of the case
    "workflows/views/sheets.py": {" 审批表.pdf"},
}
MODULES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py"))


def called(node: ast.Call) -> str:
    """The name of a called function, with its module or object where that is a plain name: ``re.compile``."""
    match node.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=holder), attr=name):
            return f"{holder}.{name}"
    return ""


def exempt(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, translated texts, and patterns that texts are searched for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Call):
            name = called(node)
            if GETTEXT.fullmatch(name.rpartition(".")[2]) or name.startswith("re."):
                for argument in node.args:
                    yield from ast.walk(argument)


def bare_literals(source: str) -> list[str]:
    """Chinese literals that are not translated; of mere punctuation those that are put between other texts."""
    tree = ast.parse(source)
    skipped = {id(node) for node in exempt(tree)}
    joining = {
        id(part)
        for node in ast.walk(tree)
        for part in (
            node.values
            if isinstance(node, ast.JoinedStr)
            else [node.func.value]
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "join"
            else []
        )
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
        and (HAN.search(node.value) or (id(node) in joining and CHINESE.search(node.value)))
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param('raise ValueError("请填写")', ["请填写"], id="text"),
        pytest.param('f"共 {n} 家"', ["共 ", " 家"], id="formatted text"),
        pytest.param('"、".join(names)', ["、"], id="separator"),
        pytest.param('f"{name}（{number}）"', ["（", "）"], id="brackets"),
        pytest.param('_("、").join(names)', [], id="translated separator"),
        pytest.param('gettext_lazy("请填写") % names', [], id="translated"),
        pytest.param('def f():\n    """底本"""\n    # 底本', [], id="docstring and comment"),
        pytest.param('re.sub("[年月日]", "-", text); text.split("、")', [], id="patterns"),
    ],
)
def test_scanner_finds_chinese_literals_in_a_module(source: str, found: list[str]) -> None:
    assert bare_literals(source) == found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_has_no_text_outside_of_translation(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    if any(fnmatch(name, pattern) for pattern in CHINESE_IN_MODULES):
        return
    assert set(bare_literals(path.read_text(encoding="utf-8"))) - CHINESE_TEXTS.get(name, set()) == set()


def test_exceptions_are_still_needed() -> None:
    names = {path.relative_to(ROOT).as_posix(): path for path in (*MODULES, *TEMPLATES)}
    unused = [
        pattern
        for pattern in (*CHINESE_IN_MODULES, *CHINESE_IN_TEMPLATES, *CHINESE_TEXTS)
        if not any(
            fnmatch(name, pattern) and CHINESE.search(path.read_text(encoding="utf-8"))
            for name, path in names.items()
        )
    ]
    assert unused == []
