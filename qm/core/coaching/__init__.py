"""Coaching: feedback to agents, talks, what triggers propose, and what followed a talk."""
