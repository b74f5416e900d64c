"""How messages travel."""

from deploy.grafana.panels import SCOPE, Board, Row, lines, number, quantile

FLOW = Board(
    "flow",
    "flow of messages",
    "How messages travel from outbox to handler: what waits, what failed, how long it takes.",
    (
        Row(
            "At a glance",
            (
                number(
                    "Events not sent",
                    "In all outboxes chosen.",
                    "short",
                    f"sum(max by (app, lane) (messaging_outbox_depth{{{SCOPE}}}))",
                    6,
                ),
                number(
                    "Oldest of them",
                    "A healthy outbox is empty within a second.",
                    "s",
                    f"max(messaging_outbox_oldest_seconds{{{SCOPE}}})",
                    6,
                ),
                number("Messages not handled", "Of all groups chosen.", "short", f"sum(messaging_lag{{{SCOPE}}})", 6),
                number(
                    "Keys set aside",
                    "Their messages wait for a redrive; `python -m SERVICE parked` names them.",
                    "short",
                    f"sum(max by (app, group) (messaging_parked_keys{{{SCOPE}}})) or vector(0)",
                    6,
                ),
            ),
        ),
        Row(
            "Sending",
            (
                lines(
                    "Oldest event not sent",
                    "By service; dead letters have a lane of their own.",
                    "s",
                    (f"max by (app, lane) (messaging_outbox_oldest_seconds{{{SCOPE}}})", "{{app}} {{lane}}"),
                ),
                lines(
                    "Events not sent",
                    "How many rows the outbox has.",
                    "short",
                    (f"max by (app, lane) (messaging_outbox_depth{{{SCOPE}}})", "{{app}} {{lane}}"),
                ),
                lines(
                    "Events sent",
                    "Acknowledged by the broker.",
                    "ops",
                    (f"sum by (app) (rate(messaging_relayed_total{{{SCOPE}}}[$__rate_interval]))", "{{app}}"),
                ),
                lines(
                    "Events by type",
                    "Recorded in the five minutes before, by type.",
                    "ops",
                    (f"sum by (type) (rate(messaging_recorded_total{{{SCOPE}}}[5m]))", "{{type}}"),
                    width=24,
                ),
            ),
        ),
        Row(
            "Handling",
            (
                lines(
                    "Lag",
                    "Messages that a group has not committed, as its readers see it.",
                    "short",
                    (f"sum by (group) (messaging_lag{{{SCOPE}}})", "{{group}}"),
                ),
                lines(
                    "Messages handled",
                    "Their work is committed.",
                    "ops",
                    (f"sum by (group) (rate(messaging_handled_total{{{SCOPE}}}[$__rate_interval]))", "{{group}}"),
                ),
                lines(
                    "Messages passed over",
                    "Of unknown types, and second deliveries that the inbox knew.",
                    "ops",
                    (
                        f"sum by (app) (rate(messaging_ignored_total{{{SCOPE}}}[$__rate_interval]))",
                        "{{app}}: unknown type",
                    ),
                    (
                        f"sum by (app) (rate(messaging_duplicates_total{{{SCOPE}}}[$__rate_interval]))",
                        "{{app}}: known already",
                    ),
                ),
                lines(
                    "Handler times, half",
                    "From a batch's arrival to its commit; half of the batches took less.",
                    "s",
                    (quantile(0.5, "messaging_batch_seconds", "group", SCOPE, "5m"), "{{group}}"),
                    width=12,
                ),
                lines(
                    "Handler times, 95 of 100",
                    "The slow batches.",
                    "s",
                    (quantile(0.95, "messaging_batch_seconds", "group", SCOPE, "5m"), "{{group}}"),
                    width=12,
                ),
            ),
        ),
        Row(
            "Trouble",
            (
                lines(
                    "Retries",
                    "Second and later tries of a message or batch, in five minutes.",
                    "short",
                    (f"sum by (group) (increase(messaging_retries_total{{{SCOPE}}}[5m]))", "{{group}}"),
                ),
                lines(
                    "Dead letters",
                    "Set aside in the hour before: messages that failed, and those that wait behind them.",
                    "short",
                    (
                        f"sum by (group, head) (increase(messaging_dead_letters_total{{{SCOPE}}}[1h]))",
                        "{{group}} failed: {{head}}",
                    ),
                ),
                lines(
                    "Keys set aside",
                    "By group, until they are redriven.",
                    "short",
                    (f"max by (app, group) (messaging_parked_keys{{{SCOPE}}}) or on() vector(0)", "{{group}}"),
                ),
                lines(
                    "Timers",
                    "Runs in the five minutes before.",
                    "short",
                    (
                        f"sum by (app, name) (increase(timers_run_total{{{SCOPE}}}[5m])) or on() vector(0)",
                        "{{app}} {{name}}",
                    ),
                    width=12,
                ),
                lines(
                    "Timers that failed",
                    "In the five minutes before; each is tried again later.",
                    "short",
                    (
                        f"sum by (app, name) (increase(timers_failed_total{{{SCOPE}}}[5m])) or on() vector(0)",
                        "{{app}} {{name}}",
                    ),
                    width=12,
                ),
            ),
        ),
    ),
    by_service=True,
)
