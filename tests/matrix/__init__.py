"""Who may call which route: a world, callers, one call for each row, and the table that says what comes of it."""
