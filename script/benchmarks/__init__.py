"""Measurements of the portal on generated data: `script/bench NAME`."""
