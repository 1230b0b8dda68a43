"""Makes the tests of the law steady: the same examples in every run, and the random histories within reach.

Importing it is enough.
"""

import sys
from pathlib import Path

from hypothesis import settings

# `oracle` writes the random histories; it is a package of its own, beside this folder
sys.path.insert(0, str(Path(__file__).parents[1]))

#: the same examples in every run: a red test is red for everybody, and a slow machine fails nothing
settings.register_profile("law", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("law")
