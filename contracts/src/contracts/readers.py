"""Who owns which topic and who listens to it. Checked against the services' own subscriptions."""

from contracts.catalog.v1 import VERSIONS
from contracts.crm.v1 import PARTIES, PROSPECTS
from contracts.envelope import WEEK, Topic
from contracts.notification.v1 import NOTICES
from contracts.ordering.v1 import AGREEMENTS, CUSTOMERS, ORDERS, QUOTE_LINKS, QUOTES
from contracts.porting.v1 import DEPARTURES, REQUESTS
from contracts.provisioning.v1 import FIBER_LINKS, SITES, TRUNKS, WORK
from contracts.wbci.v1 import INBOUND, OUTBOUND
from contracts.work.v1 import TASKS

PUBLISHES: dict[str, tuple[Topic, ...]] = {
    "catalog": (VERSIONS,),
    "cart": (QUOTES, QUOTE_LINKS, ORDERS, AGREEMENTS, CUSTOMERS, TASKS),
    "provisioning": (WORK, TRUNKS, SITES, FIBER_LINKS, TASKS),
    "porting": (REQUESTS, DEPARTURES, OUTBOUND, TASKS),
    "notification": (NOTICES, TASKS),
    "portal": (PROSPECTS, PARTIES),
}

LISTENS: dict[str, tuple[Topic, ...]] = {
    "catalog": (PARTIES, PROSPECTS, CUSTOMERS),
    "cart": (VERSIONS, PARTIES, PROSPECTS, WORK, TRUNKS, SITES, REQUESTS),
    "provisioning": (PARTIES, PROSPECTS, CUSTOMERS, ORDERS, REQUESTS, DEPARTURES),
    "porting": (PARTIES, PROSPECTS, CUSTOMERS, ORDERS, AGREEMENTS, SITES, INBOUND),
    "notification": (
        PARTIES,
        PROSPECTS,
        QUOTES,
        QUOTE_LINKS,
        ORDERS,
        AGREEMENTS,
        CUSTOMERS,
        TRUNKS,
        SITES,
        REQUESTS,
        DEPARTURES,
        FIBER_LINKS,
    ),
    "portal": (
        VERSIONS,
        PARTIES,
        PROSPECTS,
        QUOTES,
        ORDERS,
        AGREEMENTS,
        CUSTOMERS,
        WORK,
        TRUNKS,
        SITES,
        REQUESTS,
        DEPARTURES,
        NOTICES,
        TASKS,
    ),
}


def dead_letter_topics() -> tuple[Topic, ...]:
    """One for each group, by name."""
    return tuple(
        Topic(topic.dead_letters_of(service), partitions=1, retention=4 * WEEK)
        for service, topics in sorted(LISTENS.items())
        for topic in topics
    )
