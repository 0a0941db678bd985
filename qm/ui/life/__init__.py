"""The life of an evaluation on the pages: its panel, the inbox, and the form of the rules."""
