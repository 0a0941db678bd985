"""The sheets of the monthly report, by what they are about."""
