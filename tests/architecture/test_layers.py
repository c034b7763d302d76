"""The rules of docs/architecture.md that import-linter cannot say: purity, who may call what, names of modules."""

import ast
import sys

from tests.architecture.tree import Module, modules

FIRST_PARTY = {"config", "accounts", "audit", "meetings", "realtime", "rooms"}
# A pure library that a pure module is built on: docs/decisions/0013-series-are-rows.md.
PURE_LIBRARIES = {"dateutil"}
CLOCK_AND_CHANCE = {"time", "random", "secrets", "os", "socket", "subprocess", "threading", "asyncio"}
CLOCK_CALLS = {"now", "utcnow", "today"}
VAGUE_NAMES = {"core", "common", "utils", "util", "helpers", "helper", "managers", "misc", "lib", "shared", "base"}
WORDLESS = {"actions", "selectors", "policies", "access", "locking"}
# Acts of people; the acts of the worker stand in an outbox.
ACTING = {"actions", "claim_actions", "participant_actions", "entry_actions", "line_actions", "outbox"}
LOCKING_MODULES = {*ACTING, "locking", "tasks", "outbox", "idempotency"}


def named(module: Module, names: set[str]) -> bool:
    """Is the module, or the package it stands in, called so? meetings.voting.actions.ballots is an `actions`."""
    return bool(names.intersection(module.parts))


def calls(module: Module, name: str) -> list[int]:
    """Lines where something called `name` is called, as a function or as a method."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
            if called == name:
                found.append(node.lineno)
    return found


def test_pure_modules_import_only_pure_modules_and_the_standard_library() -> None:
    pure = {module.name for module in modules() if module.is_pure}
    wrong = []
    for module in modules():
        if not module.is_pure:
            continue
        for name, line in module.imports():
            package = name.partition(".")[0]
            if package in FIRST_PARTY:
                allowed = name in pure or name.rpartition(".")[0] in pure
            else:
                allowed = package in sys.stdlib_module_names or package in PURE_LIBRARIES
            if not allowed:
                wrong.append(f"{module.path}:{line} imports {name}")
    assert wrong == []


def test_pure_modules_ask_no_clock_no_chance_and_no_machine() -> None:
    wrong = []
    for module in modules():
        if module.is_pure:
            wrong += [
                f"{module.path}:{line} {name}"
                for name, line in module.imports()
                if name.split(".")[0] in CLOCK_AND_CHANCE
            ]
            wrong += [f"{module.path}:{line} {name}()" for name in CLOCK_CALLS for line in calls(module, name)]
            wrong += [f"{module.path}:{line} open()" for line in calls(module, "open")]
    assert wrong == []


def test_modules_are_named_by_what_they_hold() -> None:
    assert [
        module.path for module in modules() if VAGUE_NAMES.intersection(module.parts) and "settings" not in module.parts
    ] == []


def test_package_files_are_empty() -> None:
    assert [module.path for module in modules() if module.path.endswith("__init__.py") and module.lines] == []


def test_acts_and_rules_hold_no_sentences() -> None:
    wrong = [
        f"{module.path}:{line}"
        for module in modules()
        if module.is_pure or named(module, WORDLESS)
        for name, line in module.imports()
        # Asking for the reader's language is no sentence.
        if name.startswith("django.utils.translation") and not name.endswith(".get_language")
    ]
    assert wrong == []


def test_only_actions_publish() -> None:
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules()
        if module.parts[0] != "realtime" and not named(module, ACTING)
        for name, line in module.imports()
        if name.startswith("realtime.publish") and not name.endswith(".hold")
    ]
    assert wrong == []


def test_only_actions_write_the_journal() -> None:
    wrong = [
        f"{module.path}:{line}"
        for module in modules()
        if module.parts[0] != "audit" and not named(module, ACTING)
        for name, line in module.imports()
        if name in {"audit.journal.record", "audit.journal"}
    ]
    assert wrong == []


def test_nobody_sends_to_sockets_past_the_log() -> None:
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules()
        if module.parts[0] != "realtime"
        for name, line in module.imports()
        if name.startswith("channels.layers")
    ]
    assert wrong == []


def test_rows_are_locked_only_where_the_order_of_locks_is_kept() -> None:
    wrong = [
        f"{module.path}:{line}"
        for module in modules()
        if not named(module, LOCKING_MODULES) and module.parts[0] not in {"audit", "realtime"}
        for line in calls(module, "select_for_update")
    ]
    assert wrong == []


def test_the_live_part_and_the_journal_know_no_domain() -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        if module.parts[0] in {"realtime", "audit"}
        for name, line in module.imports()
        if name.partition(".")[0] in FIRST_PARTY - {module.parts[0]}
    ]
    assert wrong == []


def test_nothing_is_done_behind_an_acts_back_by_signals() -> None:
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules()
        for name, line in module.imports()
        if name.startswith("django.db.models.signals")
    ]
    assert wrong == []
