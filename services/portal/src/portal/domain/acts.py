"""What acts of order management, their results and their particulars are called."""

from portal.domain.words import _

ACTS = {
    "claim": _("Task taken"),
    "take-over": _("Task taken over"),
    "give-back": _("Task given back"),
    "reassign": _("Task handed on"),
    "due": _("Due moment changed"),
    "wait": _("Task put aside"),
    "note": _("Note written"),
    "login": _("Logged in"),
    "operations.redrive": _("Play failed messages again"),
    "catalog.publish": _("Publish a catalog version"),
    "provisioning.complete": _("Complete the work order"),
    "provisioning.fail": _("Mark the work order as failed"),
    "provisioning.activate": _("Activate the trunk"),
    "provisioning.assign": _("Assign the numbers"),
    "provisioning.settle": _("Close the task"),
    "cart.combination-seen": _("Close the task"),
    "porting.release": _("Release the porting"),
    "porting.refuse": _("Refuse the form"),
    "porting.seen": _("Close the provider's message"),
    "porting.stop": _("Stop the porting"),
    "porting.date": _("Enter the porting date"),
    "porting.agree-departure": _("Agree to hand numbers over"),
    "porting.hand-over": _("Hand the numbers over"),
    "notification.resend": _("Send the mail again"),
    "notification.give-up": _("Close the task"),
}
"""By their names in the audit; those that a service carries out begin with its name."""
RESULTS = {
    "trying": _("tried"),
    "done": _("done"),
    "refused": _("refused"),
    "unanswered": _("not answered"),
    "proposed": _("proposed"),
    "approved": _("approved"),
    "sent_back": _("sent back"),
    "withdrawn": _("withdrawn"),
    "void": _("no longer needed"),
}
PARTICULARS = {
    "note": _("Note"),
    "checked": _("Compared with the order"),
    "text": _("Note"),
    "reason": _("Reason"),
    "change_date": _("Porting date"),
    "window": _("Part of the day"),
    "email": _("Address"),
    "has": _("Who has it"),
    "due": _("Our due moment"),
    "waits_until": _("Put aside until"),
    "proposed_by": _("Proposed by"),
    "order": _("Order"),
    "customer": _("Customer"),
    "donor": _("Previous provider"),
    "task": _("Task"),
    "group": _("Group"),
    "key": _("Subject"),
    "files": _("Files"),
}
WINDOWS = {"ZF1": _("6 to 8 o'clock"), "ZF2": _("6 to 12 o'clock (usual)"), "ZF3": _("free, by agreement")}
