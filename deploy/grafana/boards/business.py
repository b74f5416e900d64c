"""What is ordered, and how far it is."""

from deploy.grafana.panels import Board, Row, bars, lines, number, quantile

BUSINESS = Board(
    "business",
    "business",
    "What is ordered and how far it is: orders, quotes, sites, portings, what people have to do, what was mailed.",
    (
        Row(
            "Orders",
            (
                number(
                    "Orders under way",
                    "Orders that have not ended.",
                    "short",
                    "sum(max by (status) (cart_orders_open))",
                ),
                number(
                    "Orders nobody began",
                    "Received, and no line of them has moved. More than a few for more than a minute is trouble.",
                    "short",
                    'max(cart_orders_open{status="received"})',
                ),
                lines(
                    "Orders received",
                    "In the hour before, by business case.",
                    "short",
                    ("sum by (business_case) (increase(cart_orders_received_total[1h]))", "{{business_case}}"),
                ),
                lines(
                    "Orders ended",
                    "In the hour before, by how they ended.",
                    "short",
                    ("sum by (status) (increase(cart_orders_ended_total[1h]))", "{{status}}"),
                ),
                lines(
                    "Orders under way by status",
                    "`awaiting`: somebody or a day is waited for. `in_progress`: work goes on.",
                    "short",
                    ("max by (status) (cart_orders_open)", "{{status}}"),
                    width=12,
                ),
                lines(
                    "Oldest order by status",
                    "Age in business time. `received` stays near zero; `awaiting` lasts as long as a porting.",
                    "s",
                    ("max by (status) (cart_orders_oldest_seconds)", "{{status}}"),
                    width=12,
                ),
            ),
        ),
        Row(
            "Quotes and their way to confirmation",
            (
                number(
                    "Quotes with customers",
                    "Sent, and neither confirmed, expired nor withdrawn.",
                    "short",
                    "max(cart_quotes_open)",
                ),
                number("Oldest of them", "Since it was last changed.", "s", "max(cart_quotes_oldest_seconds)"),
                lines(
                    "Steps of quotes",
                    "In the hour before: sent, sent again, confirmed, expired, withdrawn, refused on confirming.",
                    "short",
                    (
                        'sum by (type) (increase(messaging_recorded_total{type=~"ordering[.]Quote(S|R|C|E|W).*"}[1h]))',
                        "{{type}}",
                    ),
                ),
                lines(
                    "From the first mail to confirmation",
                    "Of a day: half of the confirmed quotes took less than one line, nine of ten less than the other.",
                    "s",
                    (quantile(0.5, "cart_quote_confirmation_seconds", window="1d"), "half"),
                    (quantile(0.9, "cart_quote_confirmation_seconds", window="1d"), "nine of ten"),
                ),
            ),
        ),
        Row(
            "Sites and trunks",
            (
                number("Sites not ready", "Ordered, and not made yet.", "short", "max(provisioning_sites_open)"),
                number("Oldest of them", "Since its order.", "s", "max(provisioning_sites_oldest_seconds)"),
                lines(
                    "Sites",
                    "In the hour before: made, rejected, terminated.",
                    "short",
                    ("sum by (outcome) (increase(provisioning_sites_total[1h]))", "{{outcome}}"),
                ),
                lines(
                    "From the order to the site being ready",
                    "Over an hour. The objective is 99 of 100 within 10 s.",
                    "s",
                    (quantile(0.5, "provisioning_site_seconds", window="1h"), "half"),
                    (quantile(0.99, "provisioning_site_seconds", window="1h"), "99 of 100"),
                ),
                lines(
                    "Trunks",
                    "In the hour before: set up, changed, activated, terminated.",
                    "short",
                    ("sum by (step) (increase(provisioning_trunk_steps_total[1h]))", "{{step}}"),
                    width=12,
                ),
                lines(
                    "Work orders under way",
                    "`open` is automatic work and should be done at once; `with_people` is order management's.",
                    "short",
                    ("max by (state) (provisioning_work_orders_open)", "{{state}}"),
                    width=12,
                ),
            ),
        ),
        Row(
            "Portings",
            (
                lines(
                    "Portings by state",
                    "Requests that have not ended, by the state of their worst part.",
                    "short",
                    ("max by (state) (porting_requests_open)", "{{state}}"),
                ),
                lines(
                    "Oldest porting by state",
                    "Age of the oldest request in the state, in business time.",
                    "s",
                    ("max by (state) (porting_requests_oldest_seconds)", "{{state}}"),
                ),
                bars(
                    "Deadlines",
                    "`open` ones run, `warning` ones are near, `overdue` ones have passed.",
                    "short",
                    "sum by (level) (max by (deadline, level) (porting_deadlines)) or on() vector(0)",
                    "{{level}}",
                ),
                lines(
                    "Steps of portings",
                    "In the hour before.",
                    "short",
                    ("sum by (step) (increase(porting_steps_total[1h]))", "{{step}}"),
                ),
                lines(
                    "Messages with other carriers",
                    "In the hour before, by kind.",
                    "short",
                    ("sum by (kind) (increase(porting_messages_sent_total[1h]))", "to them: {{kind}}"),
                    ("sum by (kind) (increase(porting_messages_received_total[1h]))", "from them: {{kind}}"),
                ),
                lines(
                    "Departures and passed deadlines",
                    "In the day before: steps of numbers that leave us, and deadlines that passed.",
                    "short",
                    ("sum by (step) (increase(porting_departures_total[1d])) or on() vector(0)", "departure: {{step}}"),
                    (
                        "sum by (deadline) (increase(porting_deadlines_passed_total[1d])) or on() vector(0)",
                        "passed: {{deadline}}",
                    ),
                ),
            ),
        ),
        Row(
            "People, mails, webhooks",
            (
                lines(
                    "Tasks raised",
                    "For order management, in the day before, by kind.",
                    "short",
                    (
                        "sum by (kind) (increase(provisioning_tasks_raised_total[1d])) or on() vector(0)",
                        "provisioning: {{kind}}",
                    ),
                    ("sum by (work) (increase(porting_tasks_raised_total[1d])) or on() vector(0)", "porting: {{work}}"),
                ),
                lines(
                    "Mails",
                    "Tries in the hour before: sent, put off by the mail server, come back, left to another sender.",
                    "short",
                    ("sum by (outcome) (increase(notification_mails_total[1h]))", "{{outcome}}"),
                ),
                lines(
                    "Mails that wait",
                    "Untried ones go out within seconds; tried ones wait for the mail server's second chance.",
                    "short",
                    ("max by (tried) (notification_notices_waiting)", "tried: {{tried}}"),
                ),
                lines(
                    "Webhooks",
                    "Deliveries in the hour before, by what became of them.",
                    "short",
                    (
                        "sum by (outcome) (increase(notification_webhook_deliveries_total[1h])) or on() vector(0)",
                        "{{outcome}}",
                    ),
                    width=12,
                ),
                lines(
                    "Messages of the CRM's webhook",
                    "In the hour before, by what became of them.",
                    "short",
                    ("sum by (outcome) (increase(portal_crm_messages_total[1h])) or on() vector(0)", "{{outcome}}"),
                    width=12,
                ),
            ),
        ),
    ),
)
