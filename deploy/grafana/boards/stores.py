"""PostgreSQL and Kafka, as the services see them."""

from deploy.grafana.panels import SCOPE, Board, Row, lines, number, quantile

STORES = Board(
    "stores",
    "PostgreSQL and Kafka",
    "The database and the broker as the services see them: waiting, working, failing.",
    (
        Row(
            "PostgreSQL",
            (
                number(
                    "Transactions",
                    "Of all services chosen.",
                    "ops",
                    f"sum(rate(transaction_seconds_count{{{SCOPE}}}[5m]))",
                    6,
                ),
                number(
                    "Without a connection",
                    "Transactions that got none, in five minutes.",
                    "short",
                    f'sum(increase(transaction_seconds_count{{{SCOPE}, outcome="no_connection"}}[5m])) or vector(0)',
                    6,
                ),
                lines(
                    "Connections in use",
                    "By service, all processes.",
                    "short",
                    (f"sum by (app) (pool_connections_in_use{{{SCOPE}}})", "{{app}}"),
                    width=12,
                ),
                lines(
                    "Waiting for a connection",
                    "95 of 100 waited less. More than milliseconds: the pool is too small or transactions are slow.",
                    "s",
                    (quantile(0.95, "pool_wait_seconds", "app", SCOPE, "5m"), "{{app}}"),
                ),
                lines(
                    "Duration of transactions",
                    "95 of 100 took less, by service and whether they write.",
                    "s",
                    (quantile(0.95, "transaction_seconds", "app, kind", SCOPE, "5m"), "{{app}} {{kind}}"),
                ),
                lines(
                    "Transactions by outcome",
                    "Rolled back ones are mostly refusals; without connection they are trouble.",
                    "ops",
                    (f"sum by (outcome) (rate(transaction_seconds_count{{{SCOPE}}}[5m]))", "{{outcome}}"),
                ),
            ),
        ),
        Row(
            "Kafka",
            (
                lines(
                    "Until the broker acknowledged",
                    "95 of 100 rounds of events took less.",
                    "s",
                    (quantile(0.95, "messaging_send_seconds", "app", SCOPE, "5m"), "{{app}}"),
                ),
                lines(
                    "Events acknowledged",
                    "By service.",
                    "ops",
                    (f"sum by (app) (rate(messaging_relayed_total{{{SCOPE}}}[5m]))", "{{app}}"),
                ),
                lines(
                    "Producers built anew",
                    "After a failure, in five minutes: the broker was away or refused.",
                    "short",
                    (
                        f"sum by (app) (increase(messaging_relay_rebuilds_total{{{SCOPE}}}[5m])) or on() vector(0)",
                        "{{app}}",
                    ),
                ),
                lines(
                    "Messages a batch",
                    "How many messages a reader handles in one transaction, on average.",
                    "short",
                    (
                        f"sum by (app) (rate(messaging_handled_total{{{SCOPE}}}[5m])) "
                        f"/ sum by (app) (rate(messaging_batch_seconds_count{{{SCOPE}}}[5m]))",
                        "{{app}}",
                    ),
                    width=12,
                ),
                lines(
                    "Events found by the sweep",
                    "In the hour before: the relay's bound was too high for them. Seldom is fine.",
                    "short",
                    (
                        f"sum by (app) (increase(messaging_relay_rescued_total{{{SCOPE}}}[1h])) or on() vector(0)",
                        "{{app}}",
                    ),
                    width=12,
                ),
            ),
        ),
    ),
    by_service=True,
)
