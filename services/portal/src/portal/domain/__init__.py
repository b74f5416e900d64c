"""What the portal itself decides: how a number is written, what a step means. No I/O."""
