"""The control room: one page on what runs, what waits, what failed and why, and the levers of a development stack."""
