"""The parts of the evaluation page: the interaction, the form, the score."""
