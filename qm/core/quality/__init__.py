"""The quality of groups of interactions in figures: scores, accuracies, questions, evaluators."""
