"""Publishes so many events while no server runs.

DATABASE_URL=… python -m bench.live.missed COUNT     prints the last number
"""

import sys


def main(count: int) -> None:
    import django

    django.setup()
    from django.db import transaction

    from bench.live.scene import MEETING
    from bench.live.served import RoundCalled
    from realtime.publish import publish

    last = 0
    for number in range(count):
        with transaction.atomic():
            last = publish(f"meeting:{MEETING}", RoundCalled(round=f"missed-{number}"))
    print(last)


if __name__ == "__main__":
    main(int(sys.argv[1]))
