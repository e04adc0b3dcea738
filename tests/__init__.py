"""The tests, a package of this name so that nothing installed beside it hides it."""
