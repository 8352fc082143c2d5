"""Evidence packs: one archive of all that a run leaves, whose every byte is checked."""
