"""The servers of bench/fanout.py and bench/storm.py: an installation, with the channel layer that is to be measured."""

import os

from config.settings.test import *  # noqa: F403 -- all of it, but for what follows

ALLOWED_HOSTS = ["127.0.0.1"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LAYERS = {
    "memory": "channels.layers.InMemoryChannelLayer",
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
layer = os.environ.get("BENCH_LAYER", "memory")
CHANNEL_LAYERS = {"default": {"BACKEND": LAYERS[layer]}}
if layer == "memory":
    # Room for every socket of the naive consumer.
    CHANNEL_LAYERS["default"]["CONFIG"] = {"capacity": 100_000}
else:
    host = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/9")
    # redis-py 8 gives up a silent connection after five seconds, just as long as the layer of lists waits.
    CHANNEL_LAYERS["default"]["CONFIG"] = {"hosts": [{"address": host, "socket_timeout": 30}]}
if os.environ.get("BENCH_WRITER") == "queue":
    REALTIME_LIMITS = {"direct": False}
