"""What every test stands on: the right database, clean storage, and the rule that under CI nothing is left out."""

import gc
import itertools
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from scripts.messages import compile_catalogue
from tests.people import Network, People, make_network, make_people

# Timings are measured in bench/, never judged in a test: a busy machine must not fail one.
hypothesis_settings.register_profile("dev", deadline=None, max_examples=60)
hypothesis_settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
hypothesis_settings.register_profile("again", deadline=None, max_examples=60, derandomize=True, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

REQUIRE_ALL = os.environ.get("CI") == "true" or os.environ.get("REQUIRE_ALL") == "1"
VENDOR = {"postgres": "postgresql", "sqlite": "sqlite"}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="run only what another database may answer differently"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        compile_catalogue()


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not walk through it again for every thousand new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db"):
        return True
    return bool(DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database: it is another run's work, not a skipped test."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        of_other = any(item.get_closest_marker(mark) and connection.vendor != VENDOR[mark] for mark in VENDOR)
        alike = item.get_closest_marker("any_database") or not touches_database(item)
        repeated = config.getoption("--only-database") and alike
        (left_out if of_other or repeated else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Give every run a test database of its own on PostgreSQL, so that two runs at once do not drop each other's."""
    if connection.vendor == "postgresql":
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        connection.settings_dict["TEST"]["NAME"] = f"test_{run}_{worker}"


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Fresh folders for uploaded files; the storage makes each when the first file comes."""
    base = tmp_path_factory.mktemp("media")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, media_folders: Iterator[Path]) -> None:
    """Uploaded files and cached values of one test are never seen by another."""
    settings.MEDIA_ROOT = next(media_folders)
    cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> None:
    """A page asked for in English leaves its thread English (LocaleMiddleware): the next test begins in Vietnamese."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def network(db: None) -> Network:
    """The small network of tests/people.py: two districts, three communes, two bridges."""
    return make_network()


@pytest.fixture
def people(network: Network) -> People:
    """One user per role on the small network, an outsider of another province, and nobody."""
    return make_people(network)
