"""What waits for the person: a count beside the menu, and the start page."""
