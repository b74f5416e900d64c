"""The lifecycles of a webhook and of a delivery as tables (NOTE-2)."""

from enum import StrEnum

from telecom.lifecycle import Lifecycle, Step


class WebhookState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class WebhookTrigger(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    DISABLE = "disable"


WEBHOOK = Lifecycle(
    [
        Step(WebhookState.ACTIVE, WebhookTrigger.PAUSE, WebhookState.PAUSED),
        Step(WebhookState.ACTIVE, WebhookTrigger.DISABLE, WebhookState.DISABLED),
        Step(WebhookState.PAUSED, WebhookTrigger.RESUME, WebhookState.ACTIVE),
        Step(WebhookState.DISABLED, WebhookTrigger.RESUME, WebhookState.ACTIVE),
    ]
)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    WITHHELD = "withheld"


class DeliveryTrigger(StrEnum):
    TRY_AGAIN = "try_again"
    DELIVER = "deliver"
    GIVE_UP = "give_up"
    WITHHOLD = "withhold"
    REPLAY = "replay"


DELIVERY = Lifecycle(
    [
        Step(DeliveryState.WAITING, DeliveryTrigger.TRY_AGAIN, DeliveryState.WAITING),
        Step(DeliveryState.WAITING, DeliveryTrigger.DELIVER, DeliveryState.DELIVERED),
        Step(DeliveryState.WAITING, DeliveryTrigger.GIVE_UP, DeliveryState.GIVEN_UP),
        Step(DeliveryState.WAITING, DeliveryTrigger.WITHHOLD, DeliveryState.WITHHELD),
        Step(DeliveryState.DELIVERED, DeliveryTrigger.REPLAY, DeliveryState.WAITING),
        Step(DeliveryState.GIVEN_UP, DeliveryTrigger.REPLAY, DeliveryState.WAITING),
        Step(DeliveryState.WITHHELD, DeliveryTrigger.REPLAY, DeliveryState.WAITING),
    ]
)
