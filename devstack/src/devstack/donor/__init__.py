"""A simulated donor: the carriers on the other side of the exchange, as a program of its own."""
