"""What other systems talk to: imports with a token, and the description of them."""
