"""Policy, population and seed → picks that anyone can draw again: see `drawing.draw`."""
