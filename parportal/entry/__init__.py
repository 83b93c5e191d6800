"""The ground floor: how anything typed, pasted or uploaded comes in."""
