"""The database's revisions, one file each; ``Database.migrate`` runs them inside a transaction."""
