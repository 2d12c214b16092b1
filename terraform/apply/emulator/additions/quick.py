"""What moto does again for each request, and need not."""

import logging

from moto import backends

modules = frozenset(backends.list_of_moto_modules())
"""In a folder that does not change while it runs."""
backends.list_of_moto_modules = lambda: modules

# A line for each request, which nobody reads. What fails is told by another logger.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
