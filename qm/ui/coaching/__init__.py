"""Parts of the pages about coaching."""
