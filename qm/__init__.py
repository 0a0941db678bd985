"""Quality management for contact centres: quality numbers one can defend."""
