"""Banks, deposits, penalties, credit records, reports: what every bridge-loan scheme shares.

- `enrolment`: who may speak, and in which role
- `deposits`: the city's money at a bank, and what changes it
- `breach`: what follows when the original bank does not do as its letter says, and the rulings on it
- `credit`: records for the credit databases, and the rulings on them
- `contest`: what is settled and no longer undone by a late fact
- `calendar_notice`: the State Council's yearly notice
- `reports`: the monthly report's duty

No scheme is known here; figures and articles come from the scheme's profile.
"""
