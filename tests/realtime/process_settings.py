"""Settings of the server processes that a test starts: the fake domain on the test's own database."""

import os

from config.settings.test import *  # noqa: F403

REALTIME_HOLDERS = "tests.realtime.fake.holders"
REALTIME_LOST = "tests.realtime.fake.lost"
REALTIME_AUDIENCES = "tests.realtime.fake.audiences_among"
# Nothing is found by the look once a second that should have come by a nudge.
REALTIME_LIMITS = {"tail_every": float(os.environ.get("TAIL_EVERY", "3600")), "ask_every": 0.0}
REALTIME_REPORTING = "REPORTING" in os.environ
if "REDIS_URL" in os.environ:
    CHANNEL_LAYERS = {
        "default": {"BACKEND": os.environ["CHANNEL_BACKEND"], "CONFIG": {"hosts": [os.environ["REDIS_URL"]]}}
    }
