"""Files to hits: read articles, cut them into passages, encode, store and retrieve them."""
