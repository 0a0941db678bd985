"""The Persian catalogue is complete, current and typeset as Persian is."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import qm
from qm.locale import translator
from qm.reports.layout import SHEETS

PACKAGE = Path(qm.__file__).parent
CATALOGUE = PACKAGE / "locale" / "fa.po"

LETTER = "[\u0621-\u063a\u0641-\u064a\u0671-\u06d3]"
CODE = re.compile(r"[A-Za-z0-9_./:@+\-]*[A-Za-z/:\-][A-Za-z0-9_./:@+\-]*")  # UTF-8, 1405-08
TYPED_AS_IS = re.compile(
    r"ISO \d+|«[^»]*»|`[^`]*`|\d{4}/\d\d/\d\d \d\d:\d\d"
    r"|\w+=[\d.]+(; \w+=[\d.]+)*|(?<!\d)\d-\d(?!\d)|talk_s (>= \d+|from \d+ to \d+)"
)


@pytest.fixture(scope="module")
def extracted() -> dict[str, str]:
    """The texts that `make messages` finds, each with the first file that has it."""
    found: dict[str, str] = {}
    for file, _line, text, _comments, _context in extract_from_dir(PACKAGE):
        found.setdefault(text, file)
    return found


@pytest.fixture(scope="module")
def translations() -> dict[str, str]:
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="fa", abort_invalid=True)
    assert not catalogue.obsolete
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    return {str(message.id): str(message.string or "") for message in catalogue if message.id}


def test_every_text_of_the_code_is_in_persian(extracted, translations):
    missing = {text: file for text, file in extracted.items() if not translations.get(text)}
    assert not missing, "run make messages and translate"


def test_the_catalogue_holds_no_text_that_the_code_has_lost(extracted, translations):
    assert not translations.keys() - extracted.keys(), "run make messages"


def is_mark(node: ast.AST) -> bool:
    """Whether this is a call of `_`, `page._` or `N_` with something other than a name."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", None))
    return name in {"_", "N_"} and isinstance(
        node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp
    )


@pytest.fixture(scope="module")
def code() -> list[tuple[str, ast.AST]]:
    """Every call and f-string of the package's code with the place where it stands."""
    return [
        (f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 1)}", node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.JoinedStr)
    ]


def test_extraction_finds_every_marked_text(extracted, code):
    """Also those of `page._(…)`, and texts that run over several lines."""
    marked = {
        str(node.args[0].value)
        for _place, node in code
        if is_mark(node) and isinstance(node.args[0], ast.Constant)
    }
    assert marked == extracted.keys()


def test_no_marked_text_is_put_together_at_run_time(code):
    assert not [
        place
        for place, node in code
        if is_mark(node) and not isinstance(node.args[0], ast.Constant)
    ]


def test_no_text_is_marked_where_extraction_depends_on_the_python_version(code):
    """Before 3.12 an f-string was one token: extraction did not look into it."""
    assert not [
        place
        for place, node in code
        if isinstance(node, ast.JoinedStr) and any(map(is_mark, ast.walk(node)))
    ]


def placeholders(text: str) -> list[tuple[str, str | None, str | None]]:
    fields = Formatter().parse(text)
    return sorted((name, how, kind) for _before, name, how, kind in fields if name is not None)


def test_translations_have_the_placeholders_of_their_texts(translations):
    different = [
        text
        for text, persian in translations.items()
        if placeholders(text) != placeholders(persian)
    ]
    assert not different


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("Arabic ye, kaf or digits", "[يكى٠-٩]"),
        ("English quotation marks", f'[“”]|{LETTER}"|"{LETTER}'),
        ("Latin comma, semicolon or question mark", rf"{LETTER}\s?[,;?]"),
        ("a space before punctuation", r"\s[.،؛؟]( |$)"),
        ("a space where a half-space belongs", r"(^|\s)ن?می\s|\sها(ی|یی)?(\s|$|[.،؛])"),
        ("a half-space beside a space or at an end", "\u200c(\\s|$)|(^|\\s)\u200c|\u200c\u200c"),
        ("a Latin percent sign", "%"),
        ("a space before a percent sign", "\\s٪"),
        ("doubled spaces", "  "),
        # One word per thing: points, file, evaluators, overdue, calibration, hash, failed, here.
        (
            "a second word for a thing that has one",
            "نمره|پرونده|ارزیاب‌ها|عقب‌افتاده|مهلت‌گذشته|کالیبر|درهم‌سازی|ارزیابی رد|این‌جا|آن‌جا",
        ),
    ],
)
def test_translations_are_typeset_as_persian(translations, what, pattern):
    assert not [persian for persian in translations.values() if re.search(pattern, persian)], what


def test_digits_are_persian_outside_what_is_typed_as_it_stands(translations):
    """Codes, commands and quoted examples keep their Latin digits; all other numbers do not."""
    wrong = []
    for persian in translations.values():
        words = "".join(before for before, *_field in Formatter().parse(persian))
        if re.search("[0-9]", CODE.sub("", TYPED_AS_IS.sub("", words))):
            wrong.append(persian)
    assert not wrong


def test_sentences_stay_sentences_and_labels_stay_labels(translations):
    ends = str.maketrans("؟", "?")
    wrong = [
        text
        for text, persian in translations.items()
        if " " in text and closing_mark(text) != closing_mark(persian.translate(ends))
    ]
    assert not wrong


def closing_mark(text: str) -> str:
    return text[-1] if text[-1] in ".?…:" else ""


def test_headings_of_a_report_sheet_stay_apart():
    persian = translator("fa")
    for sheet in SHEETS:
        english = {column.heading for column in sheet.columns}
        assert len({persian(heading) for heading in english}) == len(english), sheet.name
        assert len(persian(sheet.title)) <= 31  # what a spreadsheet takes as a sheet's name


def test_the_loader_translates_and_falls_back_to_english(translations):
    assert translator("fa")("Sign in") == translations["Sign in"] != "Sign in"
    assert translator("fa")("A text that nobody wrote") == "A text that nobody wrote"
    assert translator("en")("Sign in") == "Sign in"
