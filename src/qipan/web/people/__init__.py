"""Pages of people: accounts, what is granted to whom, deputies."""
