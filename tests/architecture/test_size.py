"""A file is read in one sitting, a function on one screen."""

from tests.architecture.tree import assets, every_python_file, pages

LINES_IN_A_FILE = 450
LINES_IN_A_FUNCTION = 60


def test_python_files_stay_short() -> None:
    long = {module.path: module.lines for module in every_python_file() if module.lines > LINES_IN_A_FILE}
    assert long == {}


def test_scripts_styles_and_templates_stay_short() -> None:
    texts = assets() + pages()
    assert {path: text.count("\n") for path, text in texts if text.count("\n") > LINES_IN_A_FILE} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{module.path}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in every_python_file()
        for function in module.functions()
    }
    assert {name: lines for name, lines in long.items() if lines > LINES_IN_A_FUNCTION} == {}
