"""Post-processors: mend a space of vectors after training.

Each is a function from vectors to new vectors that records what it did in their provenance. They
import nothing heavy until they are called.
"""
