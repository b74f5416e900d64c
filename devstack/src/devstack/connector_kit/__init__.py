"""Tries a carrier connector: plays the porting service's side of the two topics, and judges what comes back."""
