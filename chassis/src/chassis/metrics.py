"""What every service counts and measures, in Prometheus' default registry."""

from prometheus_client import Counter, Gauge, Histogram

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

handled = Counter("messaging_handled_total", "Messages whose work was committed", ["group"])
ignored = Counter("messaging_ignored_total", "Messages of a type nobody here knows", ["group"])
doubled = Counter("messaging_duplicates_total", "Messages the inbox had seen before", ["group"])
retried = Counter("messaging_retries_total", "Second and later tries of a message or batch", ["group"])
dead = Counter("messaging_dead_letters_total", "Messages set aside, with those waiting behind them", ["group", "head"])
batch_time = Histogram("messaging_batch_seconds", "From a batch's arrival to its commit", ["group"], buckets=FAST)
lag = Gauge("messaging_lag", "Messages of the topic that the group has not committed", ["group"])
parked_keys = Gauge("messaging_parked_keys", "Keys whose messages wait for a redrive", ["group"])
outbox_depth = Gauge("messaging_outbox_depth", "Events not yet sent", ["lane"])
outbox_age = Gauge("messaging_outbox_oldest_seconds", "Age of the oldest event not yet sent", ["lane"])
recorded = Counter("messaging_recorded_total", "Events recorded for sending, by type", ["type"])
relayed = Counter("messaging_relayed_total", "Events the broker acknowledged", ["lane"])
send_time = Histogram("messaging_send_seconds", "Until the broker acknowledged a round", ["lane"], buckets=FAST)
relay_trouble = Counter("messaging_relay_rebuilds_total", "Producers torn down after a failure", ["lane"])
relay_rescued = Counter("messaging_relay_rescued_total", "Events only the sweep found", ["lane"])
requests = Counter("http_requests_total", "Answers", ["method", "route", "status"])
request_time = Histogram("http_request_seconds", "Duration of answers", ["method", "route"], buckets=FAST)
replayed = Counter("http_idempotent_replays_total", "Answers repeated for a used idempotency key")
refused = Counter("http_problems_total", "Problem documents by code", ["code"])
timers_run = Counter("timers_run_total", "Timers that did their work", ["name"])
timers_failed = Counter("timers_failed_total", "Runs of timers that failed", ["name"])
ready = Gauge("health_ready", "Whether what the process needs is there, as its readiness says: 1 or 0", ["needs"])
pool_in_use = Gauge("pool_connections_in_use", "Database connections handed out")
pool_most = Gauge("pool_connections_most", "Database connections that there may be at once")
pool_wait = Histogram("pool_wait_seconds", "Until a database connection was handed out", buckets=FAST)
transaction_time = Histogram(
    "transaction_seconds",
    "From getting a connection to the transaction's end, or to giving up on a connection",
    ["kind", "outcome"],
    buckets=FAST,
)


def expect(group: str) -> None:
    """Show a group from the beginning, so that its first retry or dead letter is an increase."""
    for counter in (handled, ignored, doubled, retried):
        counter.labels(group)
    for head in (True, False):
        dead.labels(group, str(head))
    lag.labels(group)
