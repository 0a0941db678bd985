"""The only code that knows the database: tables, engine, migrations and queries."""
