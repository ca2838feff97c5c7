"""How large a simulated pipeline is, how long it lives, and what a day can do to a deal in it."""

from datetime import date, timedelta

WEEKS = 156
FIRST_DATE = date(2023, 7, 3)  # a Monday
LAST_DATE = FIRST_DATE + timedelta(days=7 * WEEKS - 1)
STAGES = 5
TEAMS = 4
# What a day does to a deal.
ADVANCED, LOST, WENT_BACK, STAYED = range(4)
