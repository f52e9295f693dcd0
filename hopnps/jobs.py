"""THE CLOCK: one page of due steps; each does some due work and says whether it found any."""
