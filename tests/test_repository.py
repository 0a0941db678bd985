"""Rules of the repository that no other tool holds."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
FRAMEWORKS = {
    "alembic",
    "faster_whisper",
    "openpyxl",
    "psycopg",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "streamlit",
    "typer",
    "xlsxwriter",
}
MODULE_LINES_MAX = 300
SCREEN_LINES_MAX = 79


def pinned(path: Path) -> dict[str, str]:
    """Version by package name of a hashed requirement file."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ;\\]+)", path.read_text(), re.M))


def test_the_requirement_files_are_the_three_that_make_installs() -> None:
    assert [path.name for path in REQUIREMENTS] == ["bootstrap.txt", "demo.txt", "test.txt"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirement_files_hold_hashed_pins_and_no_address_or_path(path: Path) -> None:
    requirements = [line for line in path.read_text().splitlines() if line[:1] not in {" ", "#"}]
    assert [line for line in requirements if not line.endswith("\\")] == []
    assert len(pinned(path)) == len(requirements)
    assert re.findall(r"\S*(?:://|/(?:home|root|tmp|work|opt)/)\S*", path.read_text()) == []


def test_the_test_environment_holds_the_demo_with_the_same_versions() -> None:
    demo, test = (pinned(ROOT / "requirements" / f"{name}.txt") for name in ("demo", "test"))
    assert demo.items() <= test.items()


def test_every_direct_dependency_is_pinned_and_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    locked = pinned(ROOT / "requirements" / "test.txt")
    extras = project["optional-dependencies"]
    for requirement in [*project["dependencies"], *extras["demo"], *extras["test"]]:
        name = re.split(r"[\[<>=]", requirement)[0]
        if name != project["name"]:
            assert name.replace(".", "-") in locked, f"`make lock` after adding {name}"
            assert re.search(rf'^ +"{re.escape(requirement)}", +# \S', text, re.M), requirement


def test_no_module_is_too_long_to_read_at_once() -> None:
    # A migration is a record of what was generated once, not a module to work on.
    modules = set(ROOT.glob("qm/**/*.py")) - set(ROOT.glob("qm/store/migrations/versions/*.py"))
    lines = {path: len(path.read_text().splitlines()) for path in modules}
    assert {path: count for path, count in lines.items() if count > MODULE_LINES_MAX} == {}


def test_every_page_is_short_enough_to_read_like_the_page() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in ROOT.glob("qm/ui/screens/*")}
    pages = {name: count for name, count in lines.items() if name.endswith(".py")}
    assert len(pages) > 10
    assert {name: count for name, count in pages.items() if count > SCREEN_LINES_MAX} == {}


def test_the_core_brings_no_framework_along() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.glob("qm/core/**/*.py")
    ]
    program = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "qm" in loaded
    assert loaded & FRAMEWORKS == set()


def test_the_changelog_starts_with_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    heads = re.findall(r"^## \[?([^\]\s]+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    released = [head for head in heads if head.lower() != "unreleased"]
    assert released[:1] in ([version], [])
