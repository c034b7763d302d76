"""Runs a program of this project at another time: scripts/pretend.py 2025-05-15T10:12:00+07:00 manage.py demo.

Time goes on from there as fast as ever. For pictures that are to look alike whenever they are taken; needs the packages
of requirements-dev.txt. What the program starts as processes of their own lives in the present.
"""

import datetime as dt
import runpy
import sys

import time_machine


def main(moment: str, program: str, *arguments: str) -> None:
    module = program == "-m"
    name, *rest = arguments if module else (program, *arguments)
    sys.argv = [name, *rest]
    sys.path.insert(0, "")
    with time_machine.travel(dt.datetime.fromisoformat(moment), tick=True):
        if module:
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(name, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
