"""The pools of numbers."""

from deploy.grafana.panels import Board, Row, bars, lines, number

NUMBERS = Board(
    "numbers",
    "numbers",
    "The pools of own numbers: what is left in each area, how long it lasts, and whether everything adds up.",
    (
        Row(
            "At a glance",
            (
                number(
                    "Free numbers", "In all areas.", "short", "sum(max by (area_code) (provisioning_free_numbers))", 6
                ),
                number(
                    "Emptiest area",
                    "Share of its pool that is free.",
                    "percentunit",
                    "min(area_code:pool_free:ratio)",
                    6,
                ),
                number(
                    "Soonest used up",
                    "At the pace of the last 30 days, by the last nightly check; without end if none were given out.",
                    "d",
                    "min(max by (area_code) (provisioning_numbers_days_left))",
                    6,
                ),
                number(
                    "Numbers not where they should be",
                    "At the last check: missing, too many or at two places. Anything but zero is an error.",
                    "short",
                    "max(provisioning_number_balance_difference)",
                    6,
                ),
            ),
        ),
        Row(
            "By area",
            (
                bars(
                    "Free by area",
                    "Numbers that can be given out.",
                    "short",
                    "max by (area_code) (provisioning_free_numbers)",
                    "0{{area_code}}",
                ),
                bars("Share free", "Of the area's pool.", "percentunit", "area_code:pool_free:ratio", "0{{area_code}}"),
                bars(
                    "Days until exhaustion",
                    "At the pace of the last 30 days; without end where none were given out.",
                    "d",
                    "max by (area_code) (provisioning_numbers_days_left)",
                    "0{{area_code}}",
                ),
                lines(
                    "Where the numbers are",
                    "All areas: free, given out, resting after a termination, reserved, ported to other carriers.",
                    "short",
                    ("sum by (place) (max by (area_code, place) (provisioning_pool_numbers))", "{{place}}"),
                    width=12,
                ),
                lines(
                    "Free blocks by size",
                    "Not cut yet, all areas.",
                    "short",
                    ("sum by (size) (max by (area_code, size) (provisioning_free_number_blocks))", "{{size}}"),
                    width=12,
                ),
            ),
        ),
        Row(
            "Use",
            (
                lines(
                    "Blocks given out",
                    "In the hour before, by size.",
                    "short",
                    ("sum by (size) (increase(provisioning_number_blocks_allocated_total[1h]))", "{{size}}"),
                    width=12,
                ),
                lines(
                    "Sites rejected",
                    "In the day before; for want of numbers among other reasons.",
                    "short",
                    ('sum(increase(provisioning_sites_total{outcome="rejected"}[1d])) or vector(0)', "rejected"),
                    width=12,
                ),
            ),
        ),
    ),
)
