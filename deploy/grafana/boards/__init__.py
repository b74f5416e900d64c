"""All dashboards, in the order of the page about them."""

from deploy.grafana.boards.business import BUSINESS
from deploy.grafana.boards.flow import FLOW
from deploy.grafana.boards.numbers import NUMBERS
from deploy.grafana.boards.service import SERVICE
from deploy.grafana.boards.stores import STORES

BOARDS = (BUSINESS, FLOW, SERVICE, NUMBERS, STORES)
