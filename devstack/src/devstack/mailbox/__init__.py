"""The mailbox of a development stack: takes every mail, shows it on a page and as JSON."""
