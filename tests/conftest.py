"""What every test can ask for; each fixture says in its own module how it is brought here."""

from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.in_memory",
    "tests.fixtures.missing",
    "tests.fixtures.processes",
    "tests.fixtures.databases",
    "tests.fixtures.passwords",
    "tests.fixtures.browser",
    "tests.fixtures.demo_web",
    "tests.fixtures.command",
    "tests.fixtures.closed_month",
]
