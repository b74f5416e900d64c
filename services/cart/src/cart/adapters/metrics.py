"""What the business watches."""

from prometheus_client import Counter

received = Counter("cart_orders_received", "Orders received", ["business_case"])
ended = Counter("cart_orders_ended", "Orders that came to their end", ["business_case", "status"])
