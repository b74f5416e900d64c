"""The table of goals: each figure beside a baseline that is measured in the same minute (`make bench`)."""
