"""The ten steps of the story, played on a running stack from outside: HTTP, mails, links, and the business clock."""
