"""Signing in and out: the page, its routes, the cookie, and the gate before everything else."""
