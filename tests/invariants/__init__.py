"""What must hold and no database can show: each test is named after its promise."""
