"""A simulated CRM: announces parties, changes them on request, and adopts the prospects entered in the portal."""
