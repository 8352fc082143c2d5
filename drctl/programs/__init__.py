"""Programs of the user's own, run beside drctl and watched over by a process that outlives it."""
