"""Set-up for every test: Locust must not patch the standard library of the test process."""

import os

os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"
