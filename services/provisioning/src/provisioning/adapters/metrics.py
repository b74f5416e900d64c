"""What the business watches."""

from prometheus_client import Counter

COUNTERS = {
    "trunk_steps": Counter("provisioning_trunk_steps", "Trunks set up, changed, activated", ["step"]),
    "sites": Counter("provisioning_sites", "Usage sites made or rejected", ["outcome"]),
    "blocks": Counter("provisioning_number_blocks_allocated", "Blocks of own numbers given out", ["size"]),
    "work_orders": Counter("provisioning_work_orders_ended", "Work orders that came to their end", ["state"]),
    "fiber_registrations": Counter("provisioning_fiber_registrations", "Pre-registrations for fiber", ["state"]),
    "tasks": Counter("provisioning_tasks_raised", "Tasks raised for order management", ["kind"]),
}
