"""Prints one line for all the pytest runs whose JUnit reports stand in a folder; fails if none ran or a test failed.

Usage: scripts/totals.py FOLDER
"""

import sys
from pathlib import Path

from defusedxml.ElementTree import parse


def main(folder: Path) -> int:
    total = failed = skipped = 0
    for report in sorted(folder.glob("*.xml")):
        for suite in parse(report).iter("testsuite"):
            total += int(suite.attrib["tests"])
            failed += int(suite.attrib["failures"]) + int(suite.attrib["errors"])
            skipped += int(suite.attrib["skipped"])
    passed = total - failed - skipped
    print(f"total: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
