"""Settings of the whole test run: the same examples each time, and nothing of the developer's shell."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

for _name in [name for name in os.environ if name.startswith("DANCU_")]:
    del os.environ[_name]
# A developer's proxy never stands between a test and its own server.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost,::1"
