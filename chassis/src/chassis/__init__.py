"""What every service stands on.

Loading a service makes many objects and no garbage, and looking for some takes a seventh of its start: Python looks
seldom, until `chassis.service` says that all is loaded.
"""

import gc

USUALLY = gc.get_threshold()
gc.set_threshold(100_000, 50, 50)
