"""What the services tell each other: events, the topics they travel on, and who reads which."""
