"""What was found, as a page to look at or a card to paste."""
