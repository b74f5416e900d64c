"""Each service as its callers and its machine see it."""

from deploy.grafana.panels import CHOSEN, SCOPE, Board, Row, lines, number, quantile

ASKED = f'{SCOPE}, route!~"/health/.*|/metrics"'
"""Those who look after health and metrics don't count."""
ERRORS = f'sum by (app) (rate(http_requests_total{{{ASKED}, status=~"5.."}}[5m]))'
ALL = f"sum by (app) (rate(http_requests_total{{{ASKED}}}[5m]))"

SERVICE = Board(
    "service",
    "services",
    "Each service as its callers and its machine see it: rate, errors, duration, saturation.",
    (
        Row(
            "At a glance",
            (
                number("Processes up", "That Prometheus reaches.", "short", f"sum(up{{{SCOPE}}})", 6),
                number(
                    "Requests", "Of all services chosen.", "reqps", f"sum(rate(http_requests_total{{{ASKED}}}[5m]))", 6
                ),
                number(
                    "Share without error",
                    "Answers that are no 5xx, over an hour. The objective is 999 of 1000.",
                    "percentunit",
                    f"1 - avg(app:http_errors:ratio_rate1h{{{CHOSEN}}})",
                    6,
                ),
                number(
                    "Error budget burns",
                    "How many times faster than the objective allows, over an hour, in the worst service.",
                    "short",
                    f"max(app:http_errors:ratio_rate1h{{{CHOSEN}}}) / 0.001",
                    6,
                ),
            ),
        ),
        Row(
            "Rate, errors, duration",
            (
                lines("Requests", "By service.", "reqps", (ALL, "{{app}}")),
                lines(
                    "Errors",
                    "Share of answers with 5xx, over five minutes.",
                    "percentunit",
                    (f"({ERRORS} or {ALL} * 0) / {ALL}", "{{app}}"),
                ),
                lines(
                    "Duration",
                    "95 of 100 answers took less.",
                    "s",
                    (quantile(0.95, "http_request_seconds", "app", ASKED, "5m"), "{{app}}"),
                ),
                lines(
                    "Busiest routes",
                    "Ten with most answers.",
                    "reqps",
                    (
                        f"topk(10, sum by (app, method, route) (rate(http_requests_total{{{ASKED}}}[5m])))",
                        "{{app}} {{method}} {{route}}",
                    ),
                    width=12,
                ),
                lines(
                    "Slowest routes",
                    "Ten routes, by what 95 of 100 answers took at most.",
                    "s",
                    (
                        f"topk(10, {quantile(0.95, 'http_request_seconds', 'app, method, route', ASKED, '5m')})",
                        "{{app}} {{method}} {{route}}",
                    ),
                    width=12,
                ),
                lines(
                    "Problems",
                    "Problem documents by code, in five minutes: what callers were refused, and why.",
                    "short",
                    (
                        f"sum by (app, code) (increase(http_problems_total{{{SCOPE}}}[5m])) or on() vector(0)",
                        "{{app}} {{code}}",
                    ),
                    width=12,
                ),
                lines(
                    "Answers given again",
                    "For an idempotency key that was used before, in five minutes.",
                    "short",
                    (f"sum by (app) (increase(http_idempotent_replays_total{{{SCOPE}}}[5m]))", "{{app}}"),
                    width=12,
                ),
            ),
        ),
        Row(
            "Saturation",
            (
                lines(
                    "Processor",
                    "Cores that are busy.",
                    "short",
                    (f"sum by (app) (rate(process_cpu_seconds_total{{{SCOPE}}}[$__rate_interval]))", "{{app}}"),
                ),
                lines(
                    "Memory",
                    "Resident, all processes of a service together.",
                    "bytes",
                    (f"sum by (app) (process_resident_memory_bytes{{{SCOPE}}})", "{{app}}"),
                ),
                lines(
                    "Open files",
                    "Share of what a process may open.",
                    "percentunit",
                    (f"max by (app) (process_open_fds{{{SCOPE}}} / process_max_fds{{{SCOPE}}})", "{{app}}"),
                ),
                lines(
                    "Database connections in use",
                    "Share of the pool, in the fullest process.",
                    "percentunit",
                    (
                        f"max by (app) (pool_connections_in_use{{{SCOPE}}} / pool_connections_most{{{SCOPE}}})",
                        "{{app}}",
                    ),
                ),
                lines(
                    "Processes started",
                    "In the hour before; more than a roll-out explains are restarts.",
                    "short",
                    (f"sum by (app) (changes(process_start_time_seconds{{{SCOPE}}}[1h]))", "{{app}}"),
                ),
                lines(
                    "Processes not ready",
                    "By what they lack: `store` is the database with its migrations, `broker` Kafka with partitions.",
                    "short",
                    (
                        f"sum by (app, needs) (health_ready{{{SCOPE}}} == bool 0)",
                        "{{app}}: {{needs}}",
                    ),
                ),
            ),
        ),
    ),
    by_service=True,
)
