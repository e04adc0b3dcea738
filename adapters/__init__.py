"""Everything that touches the outside, one folder each; none imports another. ``main.py`` alone knows them all."""
