"""How much bias vectors show, by word sets."""
