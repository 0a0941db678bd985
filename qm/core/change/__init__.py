"""Change beyond noise: control charts, sequential tests, funnels, and what a signal says."""
