"""The carrier exchange on Kafka topics: our messages leave through the outbox, with the state that they belong to."""

from uuid import UUID

from chassis.outbox import Outbox
from contracts.wbci.v1 import OUTBOUND, WbciMessage


class KafkaExchange:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, message: WbciMessage) -> None:
        _sent: UUID = self._outbox.record(message, topic=OUTBOUND)
