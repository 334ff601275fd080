"""The rules of awards (RULES sections 4 and 10, P4): pure functions, no database and no clock."""
