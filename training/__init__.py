"""Makes the models in the box from the files of the data folder; nothing at run time imports this package."""
