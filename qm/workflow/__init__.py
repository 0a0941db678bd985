"""The use cases along the main path, one function each, one transaction each.

import interactions → publish forms → draw → assign → transcribe → evaluate → coach → report.
"""
