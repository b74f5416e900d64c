"""Who of the house acts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clerk:
    """`subject` is his name at the login provider: the same in every session of his."""

    subject: str
    name: str
    email: str = ""
    role: str = ""

    def is_same_person(self, other: "Clerk") -> bool:
        """Also under a second login, if that has the same address."""
        same_address = bool(self.email) and self.email.casefold() == other.email.casefold()
        return self.subject == other.subject or same_address
