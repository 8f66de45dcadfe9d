"""The forms in which evaluation sets come, one file each; none knows of vectors."""
