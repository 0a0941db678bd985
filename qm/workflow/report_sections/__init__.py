"""The sections of the monthly report, each with the tables that it is made of."""
