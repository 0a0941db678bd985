"""Streamlit pages and components, sign-in and protected routes."""
