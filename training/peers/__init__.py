"""The product beside other recipes, each in a process of its own; the command is `training.measure_peers`."""
