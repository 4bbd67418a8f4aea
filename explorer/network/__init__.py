"""A network and one pass of it: the models, the only hooks, edits, the scene."""
