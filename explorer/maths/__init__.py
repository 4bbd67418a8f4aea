"""Arrays or modules in, numbers out."""
