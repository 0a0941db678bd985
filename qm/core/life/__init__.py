"""The life of an evaluation after it is submitted: states, steps, rules, and who may do what."""
